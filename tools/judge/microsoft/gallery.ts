import { isArray, isObject, type Json, type JsonObject, urns } from '../../client/json.ts';
import type { Attributes } from '../../entra/attributes.ts';
import {
  type Check,
  type Client,
  create,
  Deviation,
  modify,
  parseBody,
  read,
  requireEqual,
  requireStatus,
} from './check.ts';
import {
  groupBody,
  mappedPaths,
  mappedUser,
  optionalValues,
  presentValues,
  userBody,
  wrongValues,
} from './mapping.ts';

/** The overview that lies beside Microsoft's Logic App for the validation of gallery apps. */
export const overview = 'AzureAD/SCIMReferenceCode, SCIM-Validation-Test-Overview.md';

/** Writes the values as PATCHes, each a list of operations. */
type Shape = (values: Attributes) => readonly (readonly JsonObject[])[];

const operation = ([path, value]: readonly [string, Json]): JsonObject => ({ op: 'replace', path, value });
const isFiltered = ([path]: readonly [string, Json]) => path.includes('[');

/** The shapes in which Entra ID updates users: by default, and with the flag aadOptscim062020. */
const shapes: Readonly<Record<string, Shape>> = {
  'a request for each path': (values) => [...values].map((entry) => [operation(entry)]),
  'one operation a path': (values) => [[...values].map(operation)],
  batched(values) {
    const plain = [...values].filter((entry) => !isFiltered(entry));
    const value = Object.fromEntries(plain);
    return [[...[...values].filter(isFiltered).map(operation), { op: 'replace', value }]];
  },
};

async function update(
  client: Client,
  path: string,
  requests: readonly (readonly JsonObject[])[],
): Promise<void> {
  for (const operations of requests) await modify(client, path, ...operations);
}

function requireNone(what: string, deviations: readonly string[]): void {
  if (deviations.length > 0) throw new Deviation(`${what}: ${deviations.join(', ')}`);
}

/** Names the attributes in /Schemas in the form of a mapping, in small letters. */
function discoveredPaths(schema: JsonObject): readonly string[] {
  const attributes = isArray(schema.attributes) ? schema.attributes.filter(isObject) : [];
  const urn = String(schema.id);
  const prefix = urn.includes(':extension:') ? `${urn}:` : '';
  return attributes.flatMap(({ name, subAttributes }) => {
    const subs = isArray(subAttributes) ? subAttributes.filter(isObject) : [];
    const types = subs.find((sub) => sub.name === 'type')?.canonicalValues;
    const selectors = isArray(types) ? types.map((type) => `${name}[type eq "${type}"]`) : [];
    const parents = [`${name}`, ...selectors];
    const paths = [`${name}`, ...subs.flatMap((sub) => parents.map((parent) => `${parent}.${sub.name}`))];
    return paths.map((path) => (prefix + path).toLowerCase());
  });
}

async function discoverSchemas(client: Client): Promise<void> {
  const { Resources } = await read(client, '/Schemas');
  const schemas = isArray(Resources) ? Resources.filter(isObject) : [];
  const targets: Readonly<Record<string, readonly string[]>> = {
    [urns.user]: mappedPaths.filter((path) => !path.startsWith('urn:')),
    [urns.enterprise]: [
      ...mappedPaths.filter((path) => path.startsWith('urn:')),
      `${urns.enterprise}:manager`,
    ],
    [urns.group]: ['displayName', 'externalId', 'members'],
  };
  const missing = Object.entries(targets).flatMap(([urn, paths]) => {
    const found = discoveredPaths(schemas.find(({ id }) => id === urn) ?? {});
    return paths.filter((path) => !found.includes(path.toLowerCase()));
  });
  requireNone('/Schemas does not have', missing);
}

function nullUpdate(shape: Shape) {
  return async (client: Client) => {
    const path = `/Users/${await create(client, '/Users', userBody(mappedUser(client)))}`;
    for (const empty of ['', null]) {
      const values = new Map([...optionalValues(0).keys()].map((name) => [name, empty] as const));
      await update(client, path, shape(values));
      requireNone(`after ${JSON.stringify(empty)} there still are`, presentValues(await read(client, path)));
    }
  };
}

async function createUser(client: Client): Promise<void> {
  const attributes = mappedUser(client);
  const id = await create(client, '/Users', userBody(attributes));
  requireNone('values that were not sent', wrongValues(await read(client, `/Users/${id}`), attributes));
}

async function createWithoutExternalId(client: Client): Promise<void> {
  const attributes = mappedUser(client).set('externalId', '');
  const id = await create(client, '/Users', userBody(attributes));
  requireEqual('externalId', (await read(client, `/Users/${id}`)).externalId ?? '', '');
}

function updateUser(shape: Shape) {
  return async (client: Client) => {
    const path = `/Users/${await create(client, '/Users', userBody(mappedUser(client)))}`;
    const values = optionalValues(1);
    await update(client, path, shape(values));
    requireNone('values that were not sent', wrongValues(await read(client, path), values));
  };
}

async function createGroup(client: Client): Promise<void> {
  const body = { displayName: client.unique('Ünal & Söhne'), externalId: client.unique('External') };
  const id = await create(client, '/Groups', groupBody(body.displayName, body));
  const { displayName, externalId } = await read(client, `/Groups/${id}`);
  requireEqual('the group', { displayName, externalId } as JsonObject, body);
}

function updateGroup(shape: Shape) {
  return async (client: Client) => {
    const id = await create(client, '/Groups', groupBody(client.unique('Group')));
    const value = { displayName: client.unique('Renamed'), externalId: client.unique('External') };
    await update(client, `/Groups/${id}`, shape(new Map(Object.entries(value))));
    const { displayName, externalId } = await read(client, `/Groups/${id}`);
    requireEqual('the group', { displayName, externalId } as JsonObject, value);
  };
}

const resourcesForPages = 11;
const pageSize = 5;

function paginate(endpoint: string, body: (client: Client) => JsonObject) {
  return async (client: Client) => {
    for (let made = 0; made < resourcesForPages; made += 1) await create(client, endpoint, body(client));
    const seen = new Set<Json | undefined>();
    let total = resourcesForPages;
    for (let startIndex = 1; startIndex <= total; startIndex += pageSize) {
      const page = await read(client, `${endpoint}?startIndex=${startIndex}&count=${pageSize}`);
      requireEqual('startIndex', page.startIndex, startIndex);
      total = Number(page.totalResults);
      if (isArray(page.Resources))
        for (const one of page.Resources) seen.add(isObject(one) ? one.id : undefined);
    }
    if (total < resourcesForPages) throw new Deviation(`totalResults: expected 11 or more, got ${total}`);
    requireEqual('different resources on all pages', seen.size, total);
  };
}

const managerPath = `${urns.enterprise}:manager`;

async function updateManager(client: Client): Promise<void> {
  const userOf = () => create(client, '/Users', userBody(mappedUser(client)));
  const [path, first, second] = [`/Users/${await userOf()}`, await userOf(), await userOf()];
  const changes = [
    ['Add', first, first],
    ['replace', second, second],
    ['replace', '', undefined],
  ] as const;
  for (const [op, value, expected] of changes) {
    await modify(client, path, { op, path: managerPath, value });
    const extension = (await read(client, path))[urns.enterprise];
    const manager = isObject(extension) ? extension.manager : undefined;
    requireEqual(`manager after ${op} "${value}"`, isObject(manager) ? manager.value : manager, expected);
  }
}

const tokenMinutesMin = 60;
const tokenMinutesMax = 360;

/** Gets a token for a client secret by form, and reads users with it. */
async function validateCredentials(client: Client): Promise<void> {
  const { tokenEndpoint, clientId, clientSecret } = client.client;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const answer = await fetch(tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) });
  const token = parseBody(await answer.text());
  requireStatus('POST to the token endpoint', { status: answer.status, body: token }, 200);
  const minutes = Number(token.expires_in) / 60;
  if (!(minutes >= tokenMinutesMin && minutes <= tokenMinutesMax))
    throw new Deviation(`the token is valid for ${minutes} minutes: expected 60 to 360`);
  await read(client.withToken(String(token.access_token)), '/Users');
}

/** Makes a check for each shape in which an update can be sent. */
function inShapes(name: string, number: number, run: (shape: Shape) => Check['run']): readonly Check[] {
  return Object.entries(shapes).map(([shape, of]) => ({
    name: `${name}: ${shape}`,
    source: `${overview}, test ${number}`,
    run: run(of),
  }));
}

const one = (name: string, number: number, run: Check['run']): Check => ({
  name,
  source: `${overview}, test ${number}`,
  run,
});

/** The tests that the Logic App sends to the endpoint itself. */
export const galleryChecks: readonly Check[] = [
  one('Schema_Discoverability_Test', 15, discoverSchemas),
  ...inShapes('SCIM_Null_Update_Test', 16, nullUpdate),
  one('SCIM_User_Create_Test', 17, createUser),
  one('SCIM_User_Create_Test: an empty externalId', 17, createWithoutExternalId),
  ...inShapes('SCIM_User_Update_Test', 18, updateUser),
  one('SCIM_Group_Create_Test', 19, createGroup),
  ...inShapes('SCIM_Group_Update_Test', 20, updateGroup),
  one('Validate_Credentials_Test', 21, validateCredentials),
  one(
    'SCIM_User_Pagination_Test',
    23,
    paginate('/Users', (client) => userBody(mappedUser(client))),
  ),
  one(
    'SCIM_Group_Pagination_Test',
    24,
    paginate('/Groups', (client) => groupBody(client.unique('Group'))),
  ),
  one('SCIM_Update_Manager_Test', 25, updateManager),
];
