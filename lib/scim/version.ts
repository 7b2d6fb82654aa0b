/** Writes the weak entity tag of a resource's revision (RFC 7644 3.14). */
export function versionOf(revision: number): string {
  return `W/"${revision}"`;
}

/**
 * Tells whether an If-Match or If-None-Match header names the version (RFC 9110 13.1). The header is `*` or a list of
 * entity tags. Tags are compared weakly, in If-Match too (RFC 7644 3.14). A malformed header names no version.
 */
export function matchesVersion(header: string, version: string): boolean {
  if (header.trim() === '*') return true;
  const wanted = opaqueTag(version);
  return entityTags(header).some((tag) => opaqueTag(tag) === wanted);
}

function opaqueTag(entityTag: string): string {
  return entityTag.startsWith('W/') ? entityTag.slice(2) : entityTag;
}

function entityTags(header: string): readonly string[] {
  const entityTag = /[\t ,]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[\t ]*(?=,|$)/y;
  const tags: string[] = [];
  while (entityTag.lastIndex < header.length) {
    const start = entityTag.lastIndex;
    const found = entityTag.exec(header)?.[1];
    if (found === undefined) return /^[\t ,]*$/.test(header.slice(start)) ? tags : [];
    tags.push(found);
  }
  return tags;
}
