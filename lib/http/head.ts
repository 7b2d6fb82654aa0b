import type { HttpRequest } from '@azure/functions';

/** A request without its body. */
export interface Head {
  readonly method: string;
  /** The endpoint path that the request was sent to, such as `/scim/v2`; absent outside of all endpoints. */
  readonly endpointPath?: string;
  /** The rest of the path, segment by segment, decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
}

/** Reads a request's head; `endpointPaths` are all paths that endpoints may have. */
export function readHead(request: HttpRequest, endpointPaths: readonly string[]): Head {
  const { pathname, searchParams } = new URL(request.url);
  const endpointPath = findEndpoint(pathname, endpointPaths);
  const rest = restOf(pathname, endpointPath);
  return {
    method: request.method.toUpperCase(),
    endpointPath,
    segments: rest.split('/').slice(1).map(decodeSegment),
    query: searchParams,
    header: (name) => request.headers.get(name) ?? undefined,
  };
}

/** Finds the longest endpoint path that the pathname begins with. Its protocol version may differ. */
function findEndpoint(pathname: string, endpointPaths: readonly string[]): string | undefined {
  const below = (path: string) => pathname === path || pathname.startsWith(`${path}/`);
  const [longest] = endpointPaths
    .filter((path) => below(path) || otherVersion(pathname, path) !== undefined)
    .sort((a, b) => b.length - a.length);
  return longest;
}

/** The part after the endpoint path. A version that the endpoint does not support comes first. */
function restOf(pathname: string, endpointPath = ''): string {
  const version = otherVersion(pathname, endpointPath);
  return version === undefined
    ? pathname.slice(endpointPath.length)
    : pathname.slice(endpointPath.lastIndexOf('/'));
}

/** The version that the client asks for instead of the endpoint's own, such as `v1` (RFC 7644 3.13). */
function otherVersion(pathname: string, endpointPath: string): string | undefined {
  const parent = endpointPath.slice(0, endpointPath.lastIndexOf('/') + 1);
  const [own, asked] = [endpointPath.slice(parent.length), pathname.slice(parent.length).split('/')[0] ?? ''];
  const isOther = isVersion(own) && isVersion(asked) && own !== asked && pathname.startsWith(parent);
  return isOther ? asked : undefined;
}

/** Recognises a path segment that names a version of the protocol, such as `v2` (RFC 7644 3.13). */
export function isVersion(segment: string): boolean {
  return /^v\d+$/.test(segment);
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
