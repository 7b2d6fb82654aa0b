import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ManageRow } from '../../lib/manage/row.ts';
import { manageRows } from '../../lib/manage/rows.ts';
import { claimsAt, entraTenant, type Issuer, makeKey, signClaims, startIssuer } from '../auth/issuer.ts';
import { type Answer, type Endpoint, send, startEndpoint } from '../support/endpoint.ts';

/** The operations that an app key may use. A row that is named in neither list is for operators alone. */
const reads = [
  ...['manage-accounts-list', 'manage-accounts-find', 'manage-accounts-retrieve'],
  ...['manage-teams-list', 'manage-team-members-list'],
  ...['manage-users-list', 'manage-users-find', 'manage-users-retrieve'],
  ...['manage-events', 'manage-events-all', 'manage-snapshot'],
  ...['manage-events-acknowledge', 'manage-events-acknowledgements'],
  ...['manage-groups-list', 'manage-groups-retrieve', 'manage-group-members-list'],
];
const writes = [
  ...['manage-accounts-create', 'manage-accounts-edit', 'manage-accounts-delete', 'manage-accounts-verify'],
  ...['manage-teams-create', 'manage-teams-rename', 'manage-teams-delete'],
  ...['manage-team-members-add', 'manage-team-members-remove'],
];

const application = 'b5ba7a93-4452-4522-aeb4-a2b5da870c16';

let issuer: Issuer;
let endpoint: Endpoint;
let operatorToken: string;
let own: string;
let other: string;

beforeAll(async () => {
  issuer = await startIssuer();
  const signer = await makeKey('entra-1');
  issuer.publish(signer);
  const env = {
    OPERATOR_AUTHORITY: `http://${issuer.host}`,
    OPERATOR_TENANT_ID: entraTenant,
    OPERATOR_APP_ID: application,
  };
  endpoint = await startEndpoint({ env });
  const claims = { iss: `http://${issuer.host}/${entraTenant}/v2.0`, aud: application, oid: 'operator' };
  operatorToken = await signClaims(signer, claimsAt(Date.now(), { ...claims, roles: ['Muster.Manage'] }));
  const policy = { accounts: { enabled: true }, keys: { activeMax: 10 } };
  own = (await endpoint.createTenant({ name: 'Own', policy })).tenantId;
  other = (await endpoint.createTenant({ name: 'Other', policy })).tenantId;
});
afterAll(async () => {
  await endpoint?.stop();
  await issuer.stop();
});

async function issue(path: string, body: object): Promise<string> {
  const answer = await endpoint.manage('POST', `/manage${path}`, body);
  expect(answer.status).toBe(201);
  return answer.body.key ?? answer.body.clientSecret;
}

const appKey = (path: string, access: string) => () => issue(path, { label: 'Product', access });
const ofOwn = () => `/tenants/${own}`;

/** A kind of caller: a new credential of it, and the names of the rows that it may use by the tenant in the path. */
interface Kind {
  readonly name: string;
  readonly credential: () => Promise<string | undefined>;
  readonly rows: readonly string[] | 'all' | 'none';
  readonly isForOwn: boolean;
}

const kinds: readonly Kind[] = [
  { name: 'an operator', credential: async () => operatorToken, rows: 'all', isForOwn: false },
  {
    name: 'a key to read all tenants',
    credential: appKey('/app-keys', 'read'),
    rows: reads,
    isForOwn: false,
  },
  {
    name: 'a key to write all tenants',
    credential: appKey('/app-keys', 'write'),
    rows: [...reads, ...writes],
    isForOwn: false,
  },
  {
    name: 'a key to read one tenant',
    credential: () => appKey(`${ofOwn()}/app-keys`, 'read')(),
    rows: reads,
    isForOwn: true,
  },
  {
    name: 'a key to write one tenant',
    credential: () => appKey(`${ofOwn()}/app-keys`, 'write')(),
    rows: [...reads, ...writes],
    isForOwn: true,
  },
  { name: 'a SCIM key', credential: () => issue(`${ofOwn()}/keys`, {}), rows: 'none', isForOwn: false },
  {
    name: 'a client secret',
    credential: () => issue(`${ofOwn()}/keys`, { kind: 'client' }),
    rows: 'none',
    isForOwn: false,
  },
  { name: 'nobody', credential: async () => undefined, rows: 'none', isForOwn: false },
];

function ask(row: ManageRow, tenant: string, credential: string | undefined): Promise<Answer> {
  const path = row.template.replace('{tenant}', tenant).replace(/\{\w+\}/g, 'nothing');
  const headers: Record<string, string> =
    credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  const body = row.body ? {} : undefined;
  return send(`${endpoint.baseUrl}/api/v1/${path}`, { method: row.method, body, headers });
}

/** The answer without the id of its request. */
const shown = ({ status, headers, body }: Answer) => ({
  status,
  body,
  challenge: headers.get('www-authenticate'),
});
const noTenant = 'There is no tenant with this id: GET …/tenants lists them';

describe('a row of /api/v1', () => {
  test.each(kinds)('opens to $name as the table says', async ({ credential, rows, isForOwn }) => {
    const keys = [await credential(), await credential(), await credential()];
    const wrong: string[] = [];
    for (const row of manageRows) {
      const isBelowTenant = row.template.startsWith('tenants/{tenant}');
      const isListed = rows === 'all' || (rows !== 'none' && rows.includes(row.name));
      const isAdmitted = isListed && (isBelowTenant || !isForOwn);
      const [inOwn, inOther, inNone] = [
        await ask(row, own, keys[0]),
        await ask(row, other, keys[1]),
        await ask(row, 'no-such-tenant', keys[2]),
      ];
      const isNoTenant = (answer: Answer) => answer.status === 404 && answer.body.detail === noTenant;
      const isRefused = ({ status }: Answer) => status === (rows === 'none' ? 401 : 403);
      const opens = (answer: Answer) => ![401, 403, 429].includes(answer.status) && !isNoTenant(answer);
      const fits = [isAdmitted ? opens(inOwn) : isRefused(inOwn)];
      if (isForOwn && isBelowTenant) {
        fits.push(isNoTenant(inOther), isNoTenant(inNone));
        expect(shown(inOther)).toEqual(shown(inNone));
      } else fits.push(isAdmitted ? opens(inOther) : isRefused(inOther));
      if (fits.includes(false))
        wrong.push(`${row.name} ${[inOwn, inOther, inNone].map((one) => one.status)}`);
    }
    expect(wrong).toEqual([]);
  });

  test('is none of a path or method that there is not', async () => {
    const key = await issue('/app-keys', { label: 'Product' });
    const get = (path: string, method = 'GET') =>
      send(`${endpoint.baseUrl}/api/v1${path}`, { method, headers: { authorization: `Bearer ${key}` } });
    expect((await get('/elsewhere')).status).toBe(404);
    expect((await get(`/tenants/${own}/accounts`, 'PUT')).status).toBe(405);
  });

  test('is described to anyone, with a tag and the keys that open it', async () => {
    const { status, body } = await send(`${endpoint.baseUrl}/api/v1/openapi.json`, {
      method: 'GET',
      headers: {},
    });
    expect([status, body]).toEqual([200, JSON.parse(readFileSync('docs/reference/openapi.json', 'utf8'))]);
    const tags = body.tags.map(({ name }: { name: string }) => name);
    const described = manageRows.map(({ name, template, method }) => {
      const operation = body.paths[`/${template}`][method.toLowerCase()];
      expect(tags).toContain(operation.tags[0]);
      return [name, operation.security?.some((one: object) => 'appKey' in one) ?? false];
    });
    const open = [...reads, ...writes];
    expect(described).toEqual(manageRows.map(({ name }) => [name, open.includes(name)]));
    const wrong = { authorization: `Bearer ${endpoint.token}` };
    const refused = await send(`${endpoint.baseUrl}/api/v1/openapi.json`, { method: 'GET', headers: wrong });
    expect(refused.status).toBe(401);
  });

  test('names no operation that the table here has and the API has not', () => {
    const names = manageRows.map(({ name }) => name);
    expect([...reads, ...writes].filter((name) => !names.includes(name))).toEqual([]);
  });
});
