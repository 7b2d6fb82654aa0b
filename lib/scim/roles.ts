import { isJsonArray, isJsonObject, type JsonObject } from './json.ts';

/** The values of a user's `roles`, the primary one first (RFC 7643 4.1.2). */
export function roleValues({ roles }: JsonObject): readonly string[] {
  const elements = isJsonArray(roles) ? roles.filter(isJsonObject) : [];
  const primaryFirst = elements.toSorted((a, b) => Number(b.primary === true) - Number(a.primary === true));
  return primaryFirst.flatMap(({ value }) => (typeof value === 'string' && value !== '' ? [value] : []));
}
