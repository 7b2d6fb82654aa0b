import { isJsonArray, isJsonObject, type JsonObject } from './json.ts';
import { withoutCase } from './schema/search-form.ts';

/** The values of a user's `roles`, the primary one first (RFC 7643 4.1.2). */
export function roleValues(user: JsonObject): readonly string[] {
  const primaryFirst = rolesOf(user).toSorted((a, b) => Number(isPrimary(b)) - Number(isPrimary(a)));
  return primaryFirst.flatMap(textOf);
}

/** The value of the primary role, or the values of all roles if none is primary. */
export function decidingRoles(user: JsonObject): readonly string[] {
  const roles = rolesOf(user);
  const primary = roles.filter(isPrimary);
  return (primary.length > 0 ? primary : roles).flatMap(textOf);
}

/** Finds the role of a list that a text names, whatever its case. */
export function findRole(roles: readonly string[], named: string): string | undefined {
  const wanted = withoutCase(named);
  return roles.includes(named) ? named : roles.find((role) => withoutCase(role) === wanted);
}

function rolesOf({ roles }: JsonObject): readonly JsonObject[] {
  return isJsonArray(roles) ? roles.filter(isJsonObject) : [];
}

const isPrimary = ({ primary }: JsonObject) => primary === true;

function textOf({ value }: JsonObject): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}
