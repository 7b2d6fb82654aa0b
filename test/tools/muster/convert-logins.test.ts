import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { clientOf } from '../../api/client.ts';
import { type Endpoint, startEndpoint } from '../../support/endpoint.ts';
import { muster, startMuster } from './muster.ts';
import { startRelay } from './relay.ts';

// Processes start slowly while the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'muster-logins-'));
const state = join(folder, 'state');
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint();
});
afterAll(async () => {
  await endpoint.stop();
  rmSync(folder, { recursive: true });
});

const envOf = (url: string) => ({
  MUSTER_URL: url,
  MUSTER_FUNCTION_KEY: endpoint.functionKey,
  XDG_STATE_HOME: state,
});
const run = (...args: readonly string[]) => muster(args, { env: envOf(endpoint.baseUrl) });
const work = (value: string) => ({ emails: [{ value, type: 'work', primary: true }] });

interface Account {
  readonly id: string;
  readonly login?: string;
  readonly attributes: { readonly email?: string };
}

/** A tenant whose accounts sign in with the names of their mailboxes, those made by hand among them. */
async function createTenant(name: string, count: number) {
  const policy = { accounts: { enabled: true, login: 'mailbox' } };
  const access = await endpoint.createTenant({ name, policy });
  const path = `/manage/tenants/${access.tenantId}/accounts`;
  const make = (account: object) => endpoint.manage('POST', path, account);
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      make({ login: `person-${n}`, attributes: { email: `person-${n}@a.com` } }),
    ),
  );
  const list = async (): Promise<readonly Account[]> => {
    const accounts: Account[] = [];
    for (let after = ''; ; ) {
      const { body } = await endpoint.manage('GET', path + after);
      accounts.push(...body.accounts);
      if (body.next === undefined) return accounts;
      after = `?after=${body.next}`;
    }
  };
  return { ...access, client: clientOf(access), make, list };
}

const unconverted = (accounts: readonly Account[]) =>
  accounts.filter(({ login, attributes }) => login !== undefined && login !== attributes.email);

/** Starts a conversion and holds it at its second page. */
async function holdSecondPage(tenant: string) {
  let pages = 0;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const relay = await startRelay(endpoint, async ({ url, body }) => {
    if (!url.endsWith('/login-conversion') || !body.includes('"dryRun":false')) return;
    pages += 1;
    if (pages === 2) await held;
  });
  const running = startMuster(['convert-logins', tenant, '--yes'], { env: envOf(relay.url) });
  await expect.poll(() => pages, { timeout: 20_000 }).toBe(2);
  const close = async () => {
    release();
    await relay.close();
  };
  return { running, close };
}

describe('muster convert-logins', () => {
  test('--dry-run tells what would become of the accounts, and changes none', async () => {
    const tenant = await createTenant('Dry', 120);
    await tenant.make({ login: 'nobody' });
    await tenant.make({ login: 'person-7@a.com' });
    const before = await tenant.list();
    const { code, stdout, stderr } = await run('convert-logins', 'Dry', '--dry-run');
    expect([code, stderr]).toEqual([
      1,
      'Give each of these accounts an address of its own, then convert again.\n',
    ]);
    expect(stdout).toMatch(
      /^119 accounts would get their e-mail address as login; 0 already have it or have no login\.$/m,
    );
    expect(stdout).toMatch(/^3 accounts keep their login:$/m);
    expect(stdout.match(/ it has no e-mail address$/gm)).toHaveLength(2);
    expect(stdout.match(/ another account signs in with its e-mail address$/gm)).toHaveLength(1);
    expect(await tenant.list()).toEqual(before);

    const json = await run('convert-logins', 'Dry', '--dry-run', '--json');
    const reasons = ['noAddress', 'noAddress', 'loginTaken'];
    expect(JSON.parse(json.stdout)).toMatchObject({ converted: 119, unchanged: 0 });
    expect(
      JSON.parse(json.stdout)
        .clashes.map(({ reason }: { reason: string }) => reason)
        .sort(),
    ).toEqual(reasons.sort());
  });

  test('converts page by page while the endpoint serves, so that no old login is left', async () => {
    const tenant = await createTenant('Live', 250);
    const running = startMuster(['convert-logins', 'Live', '--yes'], { env: envOf(endpoint.baseUrl) });
    for (let n = 0; running.child.exitCode === null; n += 1) {
      await tenant.client.user(`live-${n}@a.com`, work(`live-${n}@a.com`));
    }
    const { code, stdout, stderr } = await running.ended;
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^\d+ accounts would get their e-mail address/),
    ]);
    expect(stdout).toMatch(
      /^\d+ accounts got their e-mail address as login; \d+ already have it or have no login\.\n$/,
    );
    const accounts = await tenant.list();
    expect(accounts.length).toBeGreaterThan(250);
    expect(unconverted(accounts)).toEqual([]);
    const again = await run('convert-logins', 'Live', '--yes', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ converted: 0, unchanged: accounts.length, clashes: [] });
  });

  test('killed half-way goes on with --resume where it was', async () => {
    const tenant = await createTenant('Killed', 250);
    const { running, close } = await holdSecondPage('Killed');
    running.child.kill('SIGKILL');
    await running.ended;
    await close();
    const [place = ''] = readdirSync(join(state, 'muster'));
    expect(place).toBe(`convert-logins-${tenant.tenantId}.json`);
    expect(statSync(join(state, 'muster', place)).mode & 0o777).toBe(0o600);

    const dry = await run('convert-logins', 'Killed', '--dry-run');
    expect(dry.stderr).toBe('A conversion stopped after 100 accounts: --resume continues it.\n');
    const relay = await startRelay(endpoint);
    const resumed = await muster(['convert-logins', 'Killed', '--resume', '--json'], {
      env: envOf(relay.url),
    });
    await relay.close();
    expect(resumed.code).toBe(0);
    const { converted, unchanged } = JSON.parse(resumed.stdout);
    expect(converted + unchanged).toBe(250);
    expect(relay.asked.filter(({ url }) => url.endsWith('/login-conversion'))).toHaveLength(2);
    expect(unconverted(await tenant.list())).toEqual([]);
    expect(existsSync(join(state, 'muster', place))).toBe(false);
    const over = await run('convert-logins', 'Killed', '--resume');
    expect([over.code, over.stderr]).toEqual([1, expect.stringContaining('leave out --resume')]);
  });

  test('converts to externalIds and to subjects at an issuer, and finds an account by them', async () => {
    const { client, tenantId } = await createTenant('Subjects', 1);
    const { id } = await client.user('anna', { externalId: 'Sub-1', ...work('anna@a.com') });
    const to = ['--issuer', 'https://login.example.com', '--subject'];
    const half = await run('convert-logins', 'Subjects', '--issuer', 'https://login.example.com', '--yes');
    expect([half.code, half.stderr]).toEqual([2, 'Give either --to, or --issuer and --subject together.\n']);
    const ids = await run('convert-logins', 'Subjects', '--to', 'externalId', '--yes');
    expect(ids.stdout).toMatch(/^1 accounts got their externalId as login; 1 already have it/);
    const subjects = await run('convert-logins', 'Subjects', ...to, 'externalId', '--yes');
    expect(subjects.stdout).toMatch(/^1 accounts got their subject at the issuer as login;/);
    const found = await run('accounts', 'find', 'Subjects', ...to, 'Sub-1', '--json');
    expect(JSON.parse(found.stdout).accounts).toMatchObject([{ user: id, loginBy: 'federated' }]);
    const missed = await run('accounts', 'find', 'Subjects', '--login', 'Sub-1');
    expect([missed.code, missed.stderr]).toEqual([3, expect.stringContaining('No account has this login.')]);
    const { body } = await endpoint.manage('GET', `/manage/tenants/${tenantId}`);
    expect(body.policy.accounts.login.federated.subject).toBe('externalId');
  });

  test('interrupted by Ctrl-C tells how to go on, with 130', async () => {
    const tenant = await createTenant('Stopped', 150);
    const { running, close } = await holdSecondPage('Stopped');
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    await close();
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /^Interrupted\. 100 accounts are done: to continue, run the same command with --resume\.$/m,
    );
    expect((await run('convert-logins', 'Stopped', '--resume')).code).toBe(0);
    expect(unconverted(await tenant.list())).toEqual([]);
  });

  test('keeps its place in the data folder of an endpoint of this machine', async () => {
    const data = join(folder, 'data');
    const local = await startEndpoint({ data });
    const { tenantId } = await local.createTenant({ name: 'Local', policy: { accounts: { enabled: true } } });
    const path = `/manage/tenants/${tenantId}/accounts`;
    const logins = Array.from({ length: 101 }, (_, n) => `local-${n}`);
    await Promise.all(
      logins.map((login) => local.manage('POST', path, { login, attributes: { email: `${login}@a.com` } })),
    );
    const running = startMuster(['convert-logins', 'Local', '--yes', '--data', data]);
    const place = join(data, `convert-logins-${tenantId}.json`);
    const seen = expect.poll(() => existsSync(place), { interval: 1, timeout: 20_000 }).toBe(true);
    await seen;
    expect((await running.ended).code).toBe(0);
    expect(existsSync(place)).toBe(false);
    await local.stop();
  });
});
