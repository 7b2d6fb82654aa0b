import type { JsonObject } from '../../client/json.ts';
import {
  type Check,
  type Client,
  create,
  Deviation,
  find,
  memberIds,
  modify,
  read,
  remove,
  requireEqual,
  requireStatus,
} from './check.ts';
import { groupBody } from './mapping.ts';
import {
  changeDifferentAttributes,
  changeManager,
  changeOneAttribute,
  changeUserName,
  createUser,
  disableUser,
  newUserName,
  patch,
  patchVerbose,
  randomUser,
} from './validator-users.ts';

/** The captured requests of Microsoft's validator, which has no documentation of its own. */
const source =
  'scimvalidator.microsoft.com, as captured in pranems/SCIMServer, ' +
  'docs/archive/SCIM_VALIDATOR_FALSE_POSITIVES_REPORT.md, Complete Test Inventory';

async function createGroup(client: Client): Promise<void> {
  const body = groupBody(client.unique('Group'), { externalId: client.unique('External') });
  const { displayName, externalId } = await read(client, `/Groups/${await create(client, '/Groups', body)}`);
  requireEqual('the group', { ...body, displayName, externalId } as JsonObject, body);
}

const duplicate = (endpoint: string, bodyOf: (client: Client) => JsonObject) => async (client: Client) => {
  const body = bodyOf(client);
  await create(client, endpoint, body);
  requireStatus(`the second POST ${endpoint}`, await client.send('POST', endpoint, body), 409);
};

interface Search {
  readonly endpoint: string;
  readonly attribute: string;
  readonly bodyOf: (client: Client) => JsonObject;
}

const users: Search = {
  endpoint: '/Users',
  attribute: 'userName',
  bodyOf: (client) => randomUser(newUserName(client)),
};
const groups: Search = {
  endpoint: '/Groups',
  attribute: 'displayName',
  bodyOf: (client) => groupBody(client.unique('Group')),
};

/** Finds what was created by its name, changed by `spell`. */
const filtered =
  ({ endpoint, attribute, bodyOf }: Search, spell: (name: string) => string, more = '') =>
  async (client: Client) => {
    const body = bodyOf(client);
    const id = await create(client, endpoint, body);
    const filter = `${attribute} eq "${spell(String(body[attribute]))}"`;
    const found = await find(client, endpoint, { filter, more });
    requireEqual(
      `ids found by ${filter}`,
      found.map((one) => one.id ?? null),
      [id],
    );
    if (more && found.some((one) => 'members' in one)) throw new Deviation('members were excluded');
  };

const filteredForNothing =
  ({ endpoint, attribute }: Search) =>
  async (client: Client) => {
    const filter = `${attribute} eq "${client.unique('nothing')}"`;
    requireEqual('found', (await find(client, endpoint, { filter })).length, 0);
  };
const removed =
  ({ endpoint, bodyOf }: Search) =>
  async (client: Client) => {
    await remove(client, `${endpoint}/${await create(client, endpoint, bodyOf(client))}`);
  };

const removedTwice =
  ({ endpoint, bodyOf }: Search) =>
  async (client: Client) => {
    const path = `${endpoint}/${await create(client, endpoint, bodyOf(client))}`;
    await remove(client, path);
    requireStatus('the second DELETE', await client.send('DELETE', path), 404);
  };

const removedUnknown =
  ({ endpoint }: Search) =>
  async (client: Client) => {
    const path = `${endpoint}/5b24f4a2-0000-4000-8000-000000000000`;
    requireStatus('DELETE', await client.send('DELETE', path), 404);
  };

async function readWithoutMembers(client: Client): Promise<void> {
  const id = await create(client, '/Groups', groupBody(client.unique('Group')));
  const group = await read(client, `/Groups/${id}?excludedAttributes=members`);
  if ('members' in group) throw new Deviation('members were excluded');
}

/** The operation of the validator has no path. */
const changeGroup = (attribute: 'externalId' | 'displayName') => async (client: Client) => {
  const path = `/Groups/${await create(client, '/Groups', groupBody(client.unique('Group')))}`;
  const value = client.unique('Changed');
  await modify(client, path, { op: 'replace', value: { [attribute]: value } });
  requireEqual(attribute, (await read(client, path))[attribute], value);
};

/** The validator replaces `members` to add one. */
const changeMembers =
  (...kinds: readonly ('replace' | 'add' | 'remove')[]) =>
  async (client: Client) => {
    const id = await create(client, '/Users', randomUser(newUserName(client)));
    const path = `/Groups/${await create(client, '/Groups', groupBody(client.unique('Group')))}`;
    const operations = kinds.map((op) =>
      op === 'remove' ? { op, path: `members[value eq "${id}"]` } : patch('members', [{ value: id }], op),
    );
    await modify(client, path, ...operations);
    requireEqual('members', await memberIds(client, path), kinds.at(-1) === 'remove' ? [] : [id]);
  };

const test = (name: string, run: Check['run']): Check => ({ name, source, run });

/** The tests of the SCIM validator, those that it calls previews among them. */
export const validatorChecks: readonly Check[] = [
  test('Create a new User', createUser),
  test('Create a duplicate User', duplicate('/Users', users.bodyOf)),
  test(
    'Filter for an existing user',
    filtered(users, (name) => name),
  ),
  test('Filter for a non-existing user', filteredForNothing(users)),
  test(
    'Filter for an existing user with a different case',
    filtered(users, (name) => name.toUpperCase()),
  ),
  test('Patch User - Replace Attributes Verbose', patchVerbose('replace', false)),
  test('Patch User - Add Attributes Verbose', patchVerbose('add', true)),
  test('Update User userName', changeUserName),
  test('Patch User - Disable User', disableUser),
  test('Patch User - Add Manager', changeManager({ value: 'NEWMANAGER' }, 'NEWMANAGER')),
  test('Patch User - Replace Manager', changeManager('OTHERMANAGER', 'OTHERMANAGER')),
  test('Patch User - Remove Manager', changeManager({ value: '' }, undefined)),
  test('Delete a User', removed(users)),
  test('Get group by id excluding members', readWithoutMembers),
  test(
    'Filter for an existing group excluding members',
    filtered(groups, (name) => name, '&excludedAttributes=members'),
  ),
  test(
    'Filter for an existing group',
    filtered(groups, (name) => name),
  ),
  test('Filter for a non-existing group', filteredForNothing(groups)),
  test(
    'Filter for an existing group with a different case',
    filtered(groups, (name) => name.toUpperCase()),
  ),
  test('Create a new Group', createGroup),
  test('Create a duplicate Group', duplicate('/Groups', groups.bodyOf)),
  test('Patch Group - Replace Attributes', changeGroup('externalId')),
  test('Update Group displayName', changeGroup('displayName')),
  test('Patch Group - Add Member', changeMembers('replace')),
  test('Patch Group - Remove Member', changeMembers('replace', 'remove')),
  test('Delete a Group', removed(groups)),
  test('Patch User - Multiple Operations on different attributes', changeDifferentAttributes),
  test('Patch User - Multiple Operations on the same attribute', changeOneAttribute),
  test('Delete a non-existent User', removedUnknown(users)),
  test('Delete the same User twice', removedTwice(users)),
  test('Patch Group - Multiple Operations on the same attribute', changeMembers('add', 'remove')),
  test('Delete a non-existent Group', removedUnknown(groups)),
  test('Delete the same Group twice', removedTwice(groups)),
];
