import { type Json, type JsonObject, urns } from '../../client/json.ts';
import { type Attributes, buildUser, flattenUser } from '../../entra/attributes.ts';
import type { Client } from './check.ts';

const work = 'addresses[type eq "work"]';

/** The target paths of Entra ID's default mapping for users without gallery template, besides the manager. */
export const mappedPaths = [
  'externalId',
  'userName',
  'active',
  'displayName',
  'title',
  'preferredLanguage',
  'name.givenName',
  'name.familyName',
  'name.formatted',
  'emails[type eq "work"].value',
  'phoneNumbers[type eq "work"].value',
  'phoneNumbers[type eq "mobile"].value',
  'phoneNumbers[type eq "fax"].value',
  `${work}.formatted`,
  `${work}.streetAddress`,
  `${work}.locality`,
  `${work}.region`,
  `${work}.postalCode`,
  `${work}.country`,
  `${urns.enterprise}:employeeNumber`,
  `${urns.enterprise}:department`,
] as const;

/** The mapped paths that may be without a value. */
export const optionalPaths: readonly string[] = mappedPaths.filter(
  (path) => !['externalId', 'userName', 'active'].includes(path),
);

const telephoneNumbers: Readonly<Record<string, string>> = {
  work: '+49 30 0',
  mobile: '+49 (0)170 ',
  fax: '030/',
};

/** A value of a mapped attribute; endpoints must neither reformat nor trim it, nor change its case. */
function sampleOf(path: string, round: number): Json {
  const [, type = ''] = /^phoneNumbers\[type eq "(\w+)"/.exec(path) ?? [];
  if (type) return `${telephoneNumbers[type]}${1_000 + round}`;
  if (path === 'preferredLanguage') return round === 0 ? 'de-CH' : 'fr-CH';
  if (path === `${work}.country`) return round === 0 ? 'DE' : 'FR';
  if (path === 'emails[type eq "work"].value') return `Zoë.O'Neill+${round}@Fabrikam.example`;
  return `${path.replace(/^.*[.:]/, '')}  Ünal & "Söhne" ${round}`;
}

/** The optional attributes with other values in each round. */
export function optionalValues(round: number): Attributes {
  return new Map(optionalPaths.map((path) => [path, sampleOf(path, round)]));
}

/** All mapped attributes of a user that does not exist yet. */
export function mappedUser(client: Client): Attributes {
  const externalId = client.unique('External');
  const userName = `${client.unique('user').replaceAll(' ', '.')}@fabrikam.example`;
  return new Map<string, Json>([
    ['externalId', externalId],
    ['userName', userName],
    ['active', true],
    ...optionalValues(0),
  ]);
}

/** The body with which a user is created. */
export function userBody(attributes: Attributes): JsonObject {
  return { schemas: [urns.user, urns.enterprise], ...buildUser(attributes) };
}

/** The body with which a group is created. */
export function groupBody(displayName: string, more: JsonObject = {}): JsonObject {
  return { schemas: [urns.group], displayName, ...more };
}

/** Lists the mapped attributes at these paths that do not have the value expected, with what they have. */
export function wrongValues(resource: JsonObject, expected: Attributes): readonly string[] {
  const actual = flattenUser(resource);
  return [...expected].flatMap(([path, value]) =>
    actual.get(path) === value ? [] : [`${path} is ${JSON.stringify(actual.get(path))}`],
  );
}

/** Lists the optional attributes that have a value. */
export function presentValues(resource: JsonObject): readonly string[] {
  const actual = flattenUser(resource);
  return optionalPaths.filter((path) => (actual.get(path) ?? '') !== '');
}
