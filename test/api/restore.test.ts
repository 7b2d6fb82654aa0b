import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureContainers } from '../../lib/store/cosmos/cosmos-store.ts';
import { containers } from '../../lib/store/document-store.ts';
import type { Front } from '../emulator/front.ts';
import { type KeyVaultFake, startKeyVaultFake } from '../emulator/key-vault.ts';
import { emulatorKey, startEmulator } from '../emulator/vercel.ts';
import { type Clock, makeClock } from '../support/clock.ts';
import { type Answer, type Endpoint, scim, startEndpoint, type TenantAccess } from '../support/endpoint.ts';
import { clientOf } from './client.ts';

const minutes = 60;
const days = 86_400;
const folder = mkdtempSync(join(tmpdir(), 'muster-restore-'));
const mails = join(folder, 'mails');
let cosmos: Front;
let fake: KeyVaultFake;
let clock: Clock;
let endpoint: Endpoint;

beforeAll(async () => {
  [cosmos, fake] = await Promise.all([startEmulator(), startKeyVaultFake()]);
  writeFileSync(join(folder, 'authority.pem'), fake.cert);
  clock = makeClock(folder);
});
afterAll(async () => {
  await endpoint?.stop();
  await fake?.close();
  await cosmos?.close();
  rmSync(folder, { recursive: true });
});

function start(database: string, port?: number): Promise<Endpoint> {
  const account = { COSMOS_ENDPOINT: cosmos.endpoint, COSMOS_DATABASE: database, COSMOS_KEY: emulatorKey };
  const vault = { KEY_VAULT_URI: fake.uri, KEY_VAULT_TOKEN: fake.token };
  const authority = { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') };
  const more = { MAIL_FOLDER: mails, MUSTER_LOG: 'information' };
  return startEndpoint({ port, env: { ...account, ...vault, ...authority, ...clock.env, ...more } });
}

/** Copies all documents as they are, as a restore to this moment does. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const account = { endpoint: cosmos.endpoint, auth: { key: emulatorKey } };
  await ensureContainers({ ...account, database: to });
  const client = new CosmosClient({ endpoint: cosmos.endpoint, key: emulatorKey });
  for (const name of containers) {
    const { resources } = await client.database(from).container(name).items.readAll().fetchAll();
    for (const item of resources) await client.database(to).container(name).items.create(item);
  }
  client.dispose();
}

/** Runs a timer and yields the failures of its runs so far. */
async function runTimer(): Promise<readonly number[]> {
  const failures = () =>
    [...endpoint.output().matchAll(/"event":"maintenance".*"failures":(\d+)/g)].map(([, count]) =>
      Number(count),
    );
  const before = failures().length;
  // One run may have been under way already; the second has begun since.
  for (const _ of ['first', 'second']) await endpoint.manage('POST', '/admin/functions/maintenance', {});
  await expect
    .poll(() => failures().length, { timeout: 20_000, interval: 20 })
    .toBeGreaterThanOrEqual(before + 2);
  return failures();
}

async function sendMails(): Promise<string> {
  await endpoint.manage('POST', '/admin/functions/maintenance', {});
  const sent = () =>
    readdirSync(folder).includes('mails') && readdirSync(mails).find((one) => one.endsWith('.eml'));
  await expect.poll(sent, { timeout: 10_000 }).toBeTruthy();
  const raw = readFileSync(join(mails, sent() || ''), 'utf8')
    .replaceAll('=\r\n', '')
    .replaceAll('=3D', '=');
  return /http:\/\/\S+\/activate\?token=[\w-]+/.exec(raw)?.[0] ?? '';
}

async function done(answer: Promise<Answer>) {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}

interface Key {
  readonly id: string;
  readonly key: string;
  readonly clientSecret: string;
}

/** The keys of a tenant, as an operator handles them. */
function keysOf({ tenantId, tenantUrl }: TenantAccess & { readonly tenantId: string }) {
  const path = `/manage/tenants/${tenantId}/keys`;
  return {
    issue: (body: object = {}): Promise<Key> => done(endpoint.manage('POST', path, body)),
    rotate: (id: string, body: object = {}): Promise<Key> =>
      done(endpoint.manage('POST', `${path}/${id}/rotate`, body)),
    revoke: async (id: string) => (await endpoint.manage('DELETE', `${path}/${id}`)).status,
    statusOf: async (id: string) =>
      (await done(endpoint.manage('GET', path))).keys.find((one: Key) => one.id === id)?.status,
    /** The status of a request with a key or a token. */
    use: async (token: string) => (await scim({ tenantUrl, token }, 'GET', '/Users?count=1')).status,
  };
}

async function askToken({ id, clientSecret }: Key): Promise<{ status: number; token: string }> {
  const form = { grant_type: 'client_credentials', client_id: id, client_secret: clientSecret };
  const response = await fetch(`${endpoint.baseUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const { access_token: token = '' } = (await response.json()) as { access_token?: string };
  return { status: response.status, token };
}

const policy = {
  accounts: { enabled: true },
  notifications: { invitation: true },
  keys: { activeMax: 10, tokenDays: 30 },
};

async function prepare() {
  const contoso = await endpoint.createTenant({ name: 'Contoso', policy });
  const fabrikam = await endpoint.createTenant({ name: 'Fabrikam' });
  const { issue } = keysOf(contoso);
  const keys = [await issue(), await issue(), await issue()] as const;
  const clients = [await issue({ kind: 'client' }), await issue({ kind: 'client' })] as const;
  const client = clientOf(contoso);
  for (const name of ['anna', 'bert']) {
    await client.user(name, { emails: [{ value: `${name}@example.com`, type: 'work', primary: true }] });
  }
  const { nextCursor } = await done(client.get('/Users?cursor&count=1'));
  return { contoso, fabrikam, keys, clients, nextCursor };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Does what the restore takes back. */
async function spendHour({ contoso, fabrikam, keys, clients: [kept, ended] }: Prepared) {
  const { issue, rotate, revoke } = keysOf(contoso);
  // The secrets of tokens and links come into being only now.
  const tokens = [(await askToken(kept)).token, (await askToken(ended)).token] as const;
  const link = await sendMails();
  const late = await issue();
  const [revoked, replaced, ending] = keys;
  const successors = [await rotate(replaced.id), await rotate(ending.id, { overlapDays: 7 })] as const;
  for (const { id } of [revoked, ended]) expect(await revoke(id)).toBe(204);
  await done(endpoint.manage('DELETE', `/manage/tenants/${fabrikam.tenantId}?confirm=Fabrikam`));
  await runTimer();
  return { tokens, link, late, successors };
}

type Hour = Awaited<ReturnType<typeof spendHour>>;

async function checkKeys({ contoso, fabrikam, keys, clients }: Prepared, { late, successors, tokens }: Hour) {
  const { use } = keysOf(contoso);
  const [revoked, replaced, ending] = keys;
  for (const key of [contoso.token, ending.key]) expect(await use(key)).toBe(200);
  const refused = [revoked, replaced, late, ...successors].map(({ key }) => key);
  for (const key of refused) expect(await use(key)).toBe(401);
  expect((await scim(fabrikam, 'GET', '/Users')).status).toBe(401);
  const asked = [await askToken(clients[0]), await askToken(clients[1])];
  expect(asked.map(({ status }) => status)).toEqual([200, 401]);
  expect([await use(tokens[0]), await use(tokens[1])], 'tokens from before').toEqual([200, 401]);
}

async function checkServerSecrets({ contoso, nextCursor }: Prepared, { link }: Hour) {
  const next = await clientOf(contoso).get(`/Users?count=1&cursor=${nextCursor}`);
  expect(next).toMatchObject({ status: 200, body: { itemsPerPage: 1 } });
  for (const method of ['GET', 'POST']) expect((await fetch(link, { method })).status).toBe(200);
  for (const name of fake.vault.names().filter((one) => one.startsWith('server-')))
    expect(fake.vault.versions(name), name).toHaveLength(1);
}

/** Does what docs/deploy.md asks of the operator. */
async function repeatHour({ contoso, fabrikam, keys: [revoked, , ending] }: Prepared, { late }: Hour) {
  const { revoke, statusOf, rotate, use } = keysOf(contoso);
  expect(await statusOf(revoked.id), 'before it is revoked again').toBe('active');
  expect(await revoke(revoked.id)).toBe(204);
  expect(await statusOf(revoked.id)).toBe('revoked');
  expect(fake.vault.versions(`key-${revoked.id}`)).toMatchObject([{ attributes: { enabled: false } }]);
  expect(await revoke(late.id)).toBe(404);
  const { key } = await rotate(ending.id);
  expect([await use(key), await use(ending.key)]).toEqual([200, 401]);
  const deletion = `/manage/tenants/${fabrikam.tenantId}?confirm=Fabrikam`;
  expect((await endpoint.manage('DELETE', deletion)).status).toBe(204);
}

test('The database goes back an hour and the vault does not', { timeout: 120_000 }, async () => {
  endpoint = await start('before');
  const port = Number(new URL(endpoint.baseUrl).port);
  const prepared = await prepare();
  await copyDatabase('before', 'restored');
  const hour = await spendHour(prepared);
  await endpoint.stop();
  clock.pass(58 * minutes);

  endpoint = await start('restored', port);
  await checkKeys(prepared, hour);
  await checkServerSecrets(prepared, hour);
  await repeatHour(prepared, hour);
  const failures: number[] = [];
  for (const passed of [1, 13 * minutes, 365 * days, 91 * days]) {
    clock.pass(passed);
    failures.push(...(await runTimer()));
  }
  expect(new Set(failures), 'failures of the timer').toEqual(new Set([0]));
});
