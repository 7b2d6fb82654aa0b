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
  const endpointPath = endpointPaths
    .filter((path) => pathname === path || pathname.startsWith(`${path}/`))
    .reduce<string | undefined>(
      (longest, path) => (path.length > (longest?.length ?? 0) ? path : longest),
      undefined,
    );
  const rest = pathname.slice(endpointPath?.length ?? 0);
  return {
    method: request.method.toUpperCase(),
    ...(endpointPath !== undefined && { endpointPath }),
    segments: rest.split('/').slice(1).map(decodeSegment),
    query: searchParams,
    header: (name) => request.headers.get(name) ?? undefined,
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
