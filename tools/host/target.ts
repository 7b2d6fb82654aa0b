/**
 * Decodes a path as the real host does: everything except an encoded slash, and then without dot segments
 * (RFC 3986 5.2.4). So `/Users/%2e%2e` is `/`.
 */
export function resolvePath(path: string): string {
  return removeDotSegments(path.replace(/(?:%(?!2f)[0-9a-f]{2})+/gi, decodeRun));
}

/** Encodes a decoded path. An encoded slash, which was not decoded, is encoded once more, as in the real host. */
export function encodePath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, encodeURIComponent);
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run.replace(/%[0-7][0-9a-f]/gi, decodeURIComponent);
  }
}

function removeDotSegments(path: string): string {
  const segments = path.split('/').slice(1);
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  // A dot segment at the end leaves the slash before it.
  if (/^\.\.?$/.test(segments.at(-1) ?? '')) kept.push('');
  return `/${kept.join('/')}`;
}
