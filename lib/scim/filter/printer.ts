import type { AttrPath, Filter, PatchPath } from './ast.ts';

/** Prints a filter (RFC 7644 3.4.2.2) so that `parseFilter` reads the same filter again. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'compare':
      return `${printAttrPath(filter.path)} ${filter.op} ${JSON.stringify(filter.value)}`;
    case 'present':
      return `${printAttrPath(filter.path)} pr`;
    case 'not':
      return `not (${printFilter(filter.filter)})`;
    case 'valuePath':
      return `${printAttrPath(filter.path)}[${printFilter(filter.filter)}]`;
    case 'and':
      return filter.filters.map(printAndTerm).join(' and ');
    case 'or':
      return filter.filters.map(printFilter).join(' or ');
  }
}

function printAndTerm(filter: Filter): string {
  return filter.kind === 'or' ? `(${printFilter(filter)})` : printFilter(filter);
}

/** Prints an attribute path (RFC 7644 3.10). */
export function printAttrPath({ urn, name, sub }: AttrPath): string {
  return `${urn === undefined ? '' : `${urn}:`}${name}${sub === undefined ? '' : `.${sub}`}`;
}

/**
 * Prints the path of a PATCH operation (RFC 7644 3.5.2) so that `parsePatchPath` reads the same path again.
 */
export function printPatchPath({ path, filter, sub }: PatchPath): string {
  const brackets = filter ? `[${printFilter(filter)}]` : '';
  return `${printAttrPath(path)}${brackets}${sub === undefined ? '' : `.${sub}`}`;
}
