import { isArray, isObject, type Json, type JsonObject, urns } from '../../client/json.ts';
import { type Client, create, modify, read, requireEqual } from './check.ts';

export const newUserName = (client: Client): string =>
  `${client.unique('v').replaceAll(' ', '.')}@fabrikam.example`;

/** Writes the body of a user as the validator does: values at random, and a manager that does not exist. */
export function randomUser(userName: string): JsonObject {
  return {
    schemas: [urns.user, urns.enterprise],
    userName,
    externalId: `external ${userName}`,
    active: true,
    emails: [{ type: 'work', value: userName, primary: true }],
    roles: [{ primary: 'True', display: 'D', value: 'V', type: 'T' }],
    locale: 'ECRNKKFCCWRQ',
    timezone: 'Africa/Djibouti',
    profileUrl: 'UTISNQJTBOMN',
    [urns.enterprise]: { manager: { value: 'QPSDXIAKLTRW' } },
  };
}

export const patch = (path: string, value: Json, op = 'replace'): JsonObject => ({ op, path, value });

/** Writes the long PATCH of the validator, with and without paths. */
function verbose(op: string): readonly JsonObject[] {
  const numbers = ['work', 'mobile', 'fax'].map((type) =>
    patch(`phoneNumbers[type eq "${type}"].value`, '22-377-3428', op),
  );
  const role = ['display', 'value', 'type'].map((sub) =>
    patch(`roles[primary eq "True"].${sub}`, `R ${sub}`, op),
  );
  return [
    patch('emails[type eq "work"].value', 'carmen@fabrikam.example', op),
    patch('emails[type eq "work"].primary', true, op),
    patch('addresses[type eq "work"].formatted', 'X', op),
    patch('addresses[type eq "work"].primary', true, op),
    ...numbers,
    ...role,
    { op, value: { ...plainValues, ...extensionValues } },
  ];
}

const plainValues: JsonObject = {
  active: true,
  displayName: 'N',
  title: 'T',
  preferredLanguage: 'nb-SJ',
  'name.givenName': 'A',
  'name.familyName': 'L',
  'name.formatted': 'H',
  'name.middleName': 'G',
  'name.honorificPrefix': 'R',
  'name.honorificSuffix': 'M',
  userType: 'U',
  nickName: 'K',
  locale: 'XCRNKKFCCWRQ',
  timezone: 'Africa/Djibouti',
  profileUrl: 'XTISNQJTBOMN',
};

const extensionNames = ['employeeNumber', 'department', 'costCenter', 'organization', 'division'];
const extensionValues: JsonObject = Object.fromEntries(
  extensionNames.map((name) => [`${urns.enterprise}:${name}`, `E ${name}`]),
);

function requireVerbose(user: JsonObject): void {
  const { name, [urns.enterprise]: extension } = user;
  for (const [path, value] of Object.entries(plainValues)) {
    const sub = path.replace('name.', '');
    requireEqual(path, sub === path ? user[path] : isObject(name) ? name[sub] : name, value);
  }
  for (const name of extensionNames)
    requireEqual(name, isObject(extension) ? extension[name] : extension, `E ${name}`);
  const numbers = isArray(user.phoneNumbers) ? user.phoneNumbers.filter(isObject) : [];
  requireEqual(
    'phoneNumbers',
    numbers.map(({ value = null }) => value),
    Array(3).fill('22-377-3428'),
  );
  const [email = null] = isArray(user.emails) ? user.emails : [];
  requireEqual('emails', isObject(email) ? email.value : email, 'carmen@fabrikam.example');
  const roles = isArray(user.roles) ? user.roles.filter(isObject) : [];
  requireEqual(
    'roles',
    roles.map(({ display, value, type }) => `${display} ${value} ${type}`),
    ['R display R value R type'],
  );
}

/** The validator may create a user with nothing but its userName, and one with all attributes. */
export const patchVerbose = (op: string, isBare: boolean) => async (client: Client) => {
  const userName = newUserName(client);
  const body = isBare ? { schemas: [urns.user], userName } : randomUser(userName);
  const path = `/Users/${await create(client, '/Users', body)}`;
  await modify(client, path, ...verbose(op));
  requireVerbose(await read(client, path));
};

export async function createUser(client: Client): Promise<void> {
  const userName = newUserName(client);
  const id = await create(client, '/Users', randomUser(userName));
  const user = await read(client, `/Users/${id}`);
  for (const name of ['userName', 'locale', 'timezone', 'profileUrl'])
    requireEqual(name, user[name], randomUser(userName)[name]);
}
export async function changeUserName(client: Client): Promise<void> {
  const path = `/Users/${await create(client, '/Users', randomUser(newUserName(client)))}`;
  const userName = newUserName(client);
  await modify(client, path, patch('userName', userName));
  requireEqual('userName', (await read(client, path)).userName, userName);
}

export async function disableUser(client: Client): Promise<void> {
  const path = `/Users/${await create(client, '/Users', randomUser(newUserName(client)))}`;
  await modify(client, path, patch('active', false));
  requireEqual('active', (await read(client, path)).active, false);
}

/** The manager as the validator sends it: in an object, as text, and emptied by an object. */
export const changeManager = (value: Json, expected: string | undefined) => async (client: Client) => {
  const path = `/Users/${await create(client, '/Users', randomUser(newUserName(client)))}`;
  await modify(client, path, patch(`${urns.enterprise}:manager`, value, expected ? 'add' : 'replace'));
  const extension = (await read(client, path))[urns.enterprise];
  const manager = isObject(extension) ? extension.manager : undefined;
  requireEqual('manager', isObject(manager) ? manager.value : manager, expected);
};

async function createAndModify(client: Client, operations: readonly JsonObject[]): Promise<JsonObject> {
  const path = `/Users/${await create(client, '/Users', randomUser(newUserName(client)))}`;
  await modify(client, path, ...operations);
  return read(client, path);
}

/** Checks one PATCH that removes, adds and replaces different attributes. */
export async function changeDifferentAttributes(client: Client): Promise<void> {
  const { preferredLanguage, externalId, displayName } = await createAndModify(client, [
    { op: 'remove', path: 'preferredLanguage' },
    patch('externalId', 'added', 'add'),
    patch('displayName', 'replaced'),
  ]);
  requireEqual('preferredLanguage', preferredLanguage, undefined);
  requireEqual(
    'externalId and displayName',
    [externalId ?? null, displayName ?? null],
    ['added', 'replaced'],
  );
}

/** Checks one PATCH that removes, adds and replaces the same attribute. */
export async function changeOneAttribute(client: Client): Promise<void> {
  const { externalId } = await createAndModify(client, [
    { op: 'remove', path: 'externalId' },
    patch('externalId', 'added', 'add'),
    patch('externalId', 'replaced'),
  ]);
  requireEqual('externalId', externalId, 'replaced');
}
