import type { IncomingRequest } from './handler.ts';

/** A request without its body. */
export interface Head {
  readonly method: string;
  /** The endpoint path that the request was sent to, such as `/scim/v2`; absent outside of all endpoints. */
  readonly endpointPath?: string;
  /** The rest of the path, segment by segment, decoded, without the empty segments of needless slashes. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
}

/** Reads a request's head; `endpointPaths` are all paths that endpoints may have. */
export function readHead(request: IncomingRequest, endpointPaths: readonly string[]): Head {
  const { pathname: written, searchParams } = new URL(request.url);
  const pathname = written.replace(/\/{2,}/g, '/');
  const endpointPath = findEndpoint(pathname, endpointPaths);
  return {
    method: request.method.toUpperCase(),
    endpointPath,
    segments: segmentsOf(restOf(pathname, endpointPath)),
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

/**
 * The segments of a path. A slash at its end and doubled slashes mean nothing: clients join an address that ends in a
 * slash with a path that begins with one.
 */
function segmentsOf(rest: string): readonly string[] {
  // The host resolves dot segments, so `/Users/..` arrives as the endpoint's path with a slash at its end. No template
  // matches the empty segment, so nobody gets a list of everything in place of one resource.
  if (rest === '/') return [''];
  return rest
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeSegment);
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
