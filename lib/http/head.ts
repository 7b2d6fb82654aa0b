import type { HttpRequest } from '@azure/functions';

/** What a request says before its body is read. */
export interface Head {
  readonly method: string;
  /** The endpoint path that the request came in by, such as `/scim/v2`; absent outside of all endpoints. */
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

/** The longest of the paths that the pathname is below, another protocol version being as good as its own. */
function findEndpoint(pathname: string, endpointPaths: readonly string[]): string | undefined {
  const below = (path: string) => pathname === path || pathname.startsWith(`${path}/`);
  const [longest] = endpointPaths
    .filter((path) => below(path) || otherVersion(pathname, path) !== undefined)
    .sort((a, b) => b.length - a.length);
  return longest;
}

/** What follows the endpoint path; with a version that the endpoint does not speak, that comes first. */
function restOf(pathname: string, endpointPath = ''): string {
  const version = otherVersion(pathname, endpointPath);
  return version === undefined
    ? pathname.slice(endpointPath.length)
    : pathname.slice(endpointPath.lastIndexOf('/'));
}

/** The version in the place of the endpoint path's own (RFC 7644 3.13), such as `v1`. */
function otherVersion(pathname: string, endpointPath: string): string | undefined {
  const parent = endpointPath.slice(0, endpointPath.lastIndexOf('/') + 1);
  const [own, asked] = [endpointPath.slice(parent.length), pathname.slice(parent.length).split('/')[0] ?? ''];
  const isOther = isVersion(own) && isVersion(asked) && own !== asked && pathname.startsWith(parent);
  return isOther ? asked : undefined;
}

/** Whether a segment of a path names a version of the protocol (RFC 7644 3.13). */
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
