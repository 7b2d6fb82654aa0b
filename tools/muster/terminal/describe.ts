import { toFields } from './table.ts';

/** Shows a document of any shape, with a line for each value and its path. */
export function describeDocument(document: unknown): string {
  return toFields(valuesIn(document, ''));
}

/** The values of a document in one line, as `name=value`. */
export function inOneLine(document: object): string {
  return Object.entries(document)
    .filter(([, value]) => !isEmpty(value))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

function valuesIn(value: unknown, path: string): readonly (readonly [path: string, value: string])[] {
  if (isEmpty(value)) return [];
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return [[path, value.join(', ')]];
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => {
    const step = Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    return valuesIn(inner, step);
  });
}
