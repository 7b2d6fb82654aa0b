import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { manageRows } from '../../../lib/manage/rows.ts';
import { commandRows } from '../../../tools/muster/commands.ts';
import { clientOf } from '../../api/client.ts';
import { afterAllTests } from '../../support/after-all-tests.ts';
import { type SharedEndpoint, shareEndpoint } from '../../support/shared-endpoint.ts';
import { type Ended, muster, type RunOptions, words } from './muster.ts';
import { startRelay } from './relay.ts';
import type { StandIn } from './stand-in.ts';

// Processes start slowly while the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'muster-commands-'));
/** The port for discarded messages, at which nothing answers. */
const nowhere = '127.0.0.1:9';
const ran: string[] = [];
let endpoint: SharedEndpoint;
let relay: StandIn;

beforeAll(async () => {
  endpoint = await shareEndpoint({ env: { WEBHOOK_HOSTS: nowhere } });
  relay = await startRelay(endpoint);
});
afterAll(async () => {
  await relay.close();
  rmSync(folder, { recursive: true });
});

/** Runs a command against the endpoint. */
async function run(line: string, options: RunOptions = {}): Promise<Ended> {
  const { name = '' } = commandRows.find((row) => line.startsWith(row.name)) ?? {};
  ran.push(name);
  const env = { MUSTER_URL: relay.url, MUSTER_FUNCTION_KEY: endpoint.functionKey };
  return muster(words(line), { ...options, env: { ...env, ...options.env } });
}

/** Runs a command that is to be done, and yields what it printed. */
async function done(line: string, options?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await run(line, options);
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: expect.any(String) });
  return stdout;
}

/** Runs a command with `--json`, and yields the document. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every shape
async function json(line: string): Promise<any> {
  return JSON.parse(await done(`${line} --json`));
}

const inManage = async (path: string) => (await endpoint.manage('GET', `/manage${path}`)).body;

async function createTenant(name: string, policy: object = {}): Promise<{ id: string; path: string }> {
  const { id } = (await endpoint.manage('POST', '/manage/tenants', { name, policy })).body;
  return { id, path: `/tenants/${id}` };
}

describe('muster tenants', () => {
  test('are created with a preset, a file and single settings, each over the one before', async () => {
    const file = join(folder, 'policy.json');
    writeFileSync(file, '{"licences": {"seats": 5}, "audit": {"days": 7}}');
    const options = `--description "For tests" --preset signl4 --policy ${file} --set audit.days=8`;
    const created = await json(`tenants create --name "Contoso Ltd." --identifier Contoso ${options}`);
    expect(created).toMatchObject({ name: 'Contoso Ltd.', identifier: 'Contoso', description: 'For tests' });
    expect(created.policy).toMatchObject({
      ...{ groups: { required: true }, licences: { seats: 5 }, audit: { days: 8 } },
    });
    expect(await inManage(`/tenants/${created.id}`)).toEqual(created);
  });

  test('B22: are created with their first key, which is shown once with the Tenant URL', async () => {
    const label = '--label "Entra ID" --days 30';
    const { code, stdout, stderr } = await run(`tenants create --name Saved --first-key ${label}`);
    const [, tenantUrl = '', token = ''] = /\n\nTenant URL +(\S+)\nSecret token +(\S+)\n$/.exec(stdout) ?? [];
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Name +Saved$/m)]);
    expect(stderr).toMatch(/^The key \w+ expires 20.+ It is shown only this once\.\n$/);
    expect((await clientOf({ tenantUrl, token }).get('/Users')).status).toBe(200);
    const { keys } = await json('keys list Saved');
    expect(keys).toMatchObject([{ label: 'Entra ID', status: 'active' }]);
    expect(JSON.stringify([keys, await json('tenants show Saved')])).not.toContain(token);

    const file = join(folder, 'first');
    const filed = await json(`tenants create --name "Saved too" --first-key --kind client --to ${file}`);
    expect(filed).toMatchObject({ identifier: 'Saved_too', firstKey: { clientId: filed.firstKey.id } });
    expect(filed.firstKey).not.toHaveProperty('clientSecret');
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^muster_${filed.firstKey.id}_\\S+\\n$`));
  });

  test('B22: are not created if their first key is not to be had', async () => {
    const before = (await json('tenants list')).tenants.length;
    const other = join(folder, 'none');
    const taken = join(folder, 'taken');
    writeFileSync(taken, '');
    for (const [options, code, words] of [
      ['--label "Entra ID"', 2, '--kind, --label, --days and --to are about the first key: add --first-key.'],
      [`--first-key --to ${taken}`, 1, 'a file with this name exists'],
      [`--first-key --days 9999 --to ${other}`, 1, 'key.validDays'],
      [`--preset v6 --first-key --to ${other}`, 1, 'the tenant has no accounts yet'],
    ] as const) {
      const refused = await run(`tenants create --name Unsaved ${options}`);
      expect(refused).toEqual({ code, stdout: '', stderr: expect.stringContaining(words) });
    }
    expect((await json('tenants list')).tenants).toHaveLength(before);
    expect([() => statSync(other)]).toEqual([expect.toSatisfy(throwsAbsent)]);
  });

  test('are shown by their id, their identifier and their name', async () => {
    const { id } = await createTenant('Fabrikam Inc.');
    const shown = await Promise.all(
      [id, 'Fabrikam_Inc', '"Fabrikam Inc."', 'fabrikam_inc'].map((name) => json(`tenants show ${name}`)),
    );
    expect(new Set(shown.map((tenant) => tenant.id))).toEqual(new Set([id]));
    const text = await done('tenants show Fabrikam_Inc');
    expect(text).toMatch(/^Name +Fabrikam Inc\.$/m);
    expect(text).toMatch(new RegExp(`^Tenant URL +${endpoint.baseUrl}/scim/v2$`, 'm'));
    expect(text).not.toContain('Settings that differ');
  });

  test('of one name are told apart by their ids', async () => {
    const ids = [(await createTenant('Twin Inc.')).id, (await createTenant('Twin Inc.')).id];
    const { code, stderr } = await run('tenants show "Twin Inc."');
    expect([code, ids.every((id) => stderr.includes(id))]).toEqual([2, true]);
  });

  test('that there are not end with 3', async () => {
    const { code, stdout, stderr } = await run('tenants show Nobody');
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toBe(
      'There is no tenant "Nobody": npm run muster -- tenants list shows those that there are.\n',
    );
  });

  test('are listed whole, beyond one page', async () => {
    await Promise.all(Array.from({ length: 120 }, (_, n) => createTenant(`Many ${n}`)));
    const [{ tenants }, table] = await Promise.all([json('tenants list'), done('tenants list')]);
    expect(new Set(tenants.map(({ id }: { id: string }) => id)).size).toBe(tenants.length);
    expect(tenants.length).toBeGreaterThan(120);
    expect(table.trimEnd().split('\n')).toHaveLength(tenants.length + 1);
  });

  test('are edited setting by setting, of any JSON type', async () => {
    const { path } = await createTenant('Edited', {
      accounts: { editable: ['mobile'] },
      licences: { seats: 5 },
    });
    const set = [
      ...['keys.activeMax=3', 'licences.seats=null', 'notifications.failures=true', 'groups.centralTeam=All'],
      ...['accounts.attributes={"email":"emails[type eq \'work\'].value"}'.replaceAll("'", '\\"')],
    ];
    const env = { MUSTER_URL: relay.url, MUSTER_FUNCTION_KEY: endpoint.functionKey };
    const args = ['tenants', 'edit', 'Edited', '--name', 'Renamed', ...set.flatMap((one) => ['--set', one])];
    expect((await muster(args, { env })).code).toBe(0);
    const edited = await inManage(path);
    expect(edited.name).toBe('Renamed');
    expect(edited.policy).toMatchObject({
      keys: { activeMax: 3 },
      licences: { seats: null },
      notifications: { failures: true },
      groups: { centralTeam: 'All' },
      accounts: { editable: ['mobile'], attributes: { email: 'emails[type eq "work"].value' } },
    });
    const input = '{"audit": {"days": 9}}';
    expect(await done(`tenants edit ${edited.id} --policy -`, { input })).toMatch(/^ {2}audit\.days +9$/m);
    const refused = await run(`tenants edit ${edited.id} --set keys.activeMax=99`);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^Property policy\.keys\.activeMax is not valid: .+\.\n$/);
  });

  test('are disabled and enabled', async () => {
    const { path } = await createTenant('Switched');
    expect(await done('tenants disable Switched')).toBe(
      'Switched is disabled: its endpoint refuses every request.\n',
    );
    expect((await inManage(path)).enabled).toBe(false);
    expect(await json('tenants enable Switched')).toMatchObject({ enabled: true });
  });

  test('are deleted once that is confirmed by their identifier', async () => {
    const { path } = await createTenant('Doomed');
    const unconfirmed = await run('tenants delete Doomed');
    expect([unconfirmed.code, unconfirmed.stderr]).toEqual([2, expect.stringContaining('--confirm Doomed')]);
    const wrong = await run('tenants delete Doomed --confirm doomed');
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('Nothing was deleted')]);
    expect((await inManage(path)).name).toBe('Doomed');
    expect(await done('tenants delete Doomed --confirm Doomed')).toBe('');
    expect((await endpoint.manage('GET', `/manage${path}`)).status).toBe(404);
  });

  test('B12: end their synchronisation once that is confirmed by their identifier', async () => {
    const { path } = await createTenant('Ended');
    const unconfirmed = await run('tenants end-synchronization Ended');
    expect([unconfirmed.code, unconfirmed.stderr]).toEqual([2, expect.stringContaining('--confirm Ended')]);
    const wrong = await run('tenants end-synchronization Ended --confirm ended');
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('Nothing was ended')]);
    expect(await done('status Ended')).not.toContain('Synchronisation');
    const ended = await run('tenants end-synchronization Ended --confirm Ended');
    expect(ended.stdout).toBe('The synchronisation of Ended is ending.\n');
    expect(ended.stderr).toContain('status Ended');
    const again = await json('tenants end-synchronization Ended --confirm Ended');
    expect((await inManage(`${path}/status`)).ending).toMatchObject(again);
    expect(await done('status Ended')).toMatch(
      /^Synchronisation +ending, .+ left; a new one can begin after /m,
    );
    const refused = await run('keys issue Ended');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(again.until)]);
  });

  test('tell their status', async () => {
    const { path } = await createTenant('Counted', { accounts: { enabled: true }, licences: { seats: 9 } });
    await endpoint.manage('POST', `/manage${path}/accounts`, { login: 'anna' });
    expect(await json('status Counted')).toEqual(await inManage(`${path}/status`));
    const text = await done('status Counted');
    expect(text).toMatch(/^Accounts +1 active$/m);
    expect(text).toMatch(/^Seats +1 of 9 used$/m);
    expect(text).toMatch(/^Last call +never$/m);
  });
});

describe('muster keys', () => {
  test('are issued in the words of Entra ID, and both lines work', async () => {
    await createTenant('Keyed');
    const { stdout, stderr } = await run('keys issue Keyed --label "Entra ID" --days 30');
    const [, tenantUrl = '', token = ''] = /^Tenant URL +(\S+)\nSecret token +(\S+)\n$/.exec(stdout) ?? [];
    expect((await clientOf({ tenantUrl, token }).get('/Users')).status).toBe(200);
    expect(stderr).toMatch(
      /^The key \w+ expires 20[\d: -]+ \(in (29|30) days\)\. It is shown only this once\.\n$/,
    );
    const [key] = (await json('keys list Keyed')).keys;
    expect(key).toMatchObject({ label: 'Entra ID', status: 'active', issuer: 'function key' });
    expect(await done('keys list Keyed')).toMatch(new RegExp(`^${key.id} +key +Entra ID +active `, 'm'));
  });

  test('go into a new file that only its owner can read, in place of the output', async () => {
    const { path } = await createTenant('Filed');
    const file = join(folder, 'key');
    const { stdout, stderr } = await run(`keys issue Filed --to ${file}`);
    const token = readFileSync(file, 'utf8').trim();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(`${stdout}${stderr}`).not.toContain(token);
    expect((await clientOf({ tenantUrl: `${endpoint.baseUrl}/scim/v2`, token }).get('/Users')).status).toBe(
      200,
    );

    const again = await run(`keys issue Filed --to ${file} --json`);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toBe(
      `${file} cannot be created (a file with this name exists): name a new file with --to FILE.\n`,
    );
    expect((await inManage(`${path}/keys`)).keys).toHaveLength(1);
    const other = join(folder, 'other');
    const refused = await run(`keys issue Filed --days 9999 --to ${other}`);
    expect([refused.code, () => statSync(other)]).toEqual([1, expect.toSatisfy(throwsAbsent)]);
  });

  test('are client secrets where that is asked for, for which there are tokens', async () => {
    await createTenant('Tokens');
    const stdout = await done('keys issue Tokens --kind client');
    const shown = Object.fromEntries(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    );
    expect(Object.keys(shown)).toEqual([
      'Tenant URL',
      'Token Endpoint',
      'Client Identifier',
      'Client Secret',
    ]);
    const { 'Tenant URL': tenantUrl, 'Token Endpoint': tokenEndpoint, 'Client Identifier': id } = shown;
    const body = new URLSearchParams({
      ...{ grant_type: 'client_credentials', client_id: id, client_secret: shown['Client Secret'] },
    });
    const answer = (await (await fetch(tokenEndpoint, { method: 'POST', body })).json()) as {
      access_token: string;
    };
    expect((await clientOf({ tenantUrl, token: answer.access_token }).get('/Users')).status).toBe(200);
    const file = join(folder, 'client');
    const filed = await json(`keys rotate Tokens ${id} --to ${file}`);
    expect(filed).toMatchObject({ clientId: filed.id, tokenEndpoint });
    expect(filed).not.toHaveProperty('clientSecret');
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^muster_${filed.id}_\\S+\\n$`));
  });

  test('are issued on behalf of the operator that the policy wants', async () => {
    const policy = { accounts: { enabled: true }, keys: { issuerRoles: ['administrator'] } };
    const { path } = await createTenant('Guarded', policy);
    const boss = { role: 'administrator', attributes: { email: 'boss@a.com' } };
    await endpoint.manage('POST', `/manage${path}/accounts`, boss);
    const refused = await run('keys issue Guarded');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('onBehalfOf')]);
    await done('keys issue Guarded --on-behalf-of boss@a.com');
    expect((await inManage(`${path}/keys`)).keys).toMatchObject([{ issuer: 'boss@a.com' }]);
  });

  test('are rotated and revoked', async () => {
    const { path } = await createTenant('Rotated');
    const { id } = await json('keys issue Rotated');
    const second = await json(`keys rotate Rotated ${id} --overlap-days 3 --label second`);
    await done(`keys revoke Rotated ${id}`);
    expect((await inManage(`${path}/keys`)).keys).toMatchObject([
      { id, status: 'revoked' },
      { id: second.id, status: 'active', label: 'second' },
    ]);
    expect(await done('keys list Rotated')).not.toMatch(/revoked.+\(in /);
    const absent = await run('keys revoke Rotated zzzzzzzzzzzz');
    expect([absent.code, absent.stderr]).toEqual([
      3,
      'There is no key with this id here: GET …/keys lists keys, and GET …/app-keys lists app keys.\n',
    ]);
    const whole = await run(`keys revoke Rotated ${second.key}`);
    expect([whole.code, whole.stderr]).toEqual([2, expect.stringContaining(`its id, ${second.id}`)]);
    expect(whole.stderr).not.toContain(second.key);
  });
});

describe.each([
  ['all tenants', '', '/app-keys'],
  ['one tenant', ' --tenant Producer', ''],
])('muster app-keys for %s', (_, option, shared) => {
  test('are issued, listed, rotated and revoked', async () => {
    const path = shared || `${(await createTenant('Producer')).path}/app-keys`;
    expect(await done(`app-keys list${option}`)).toContain('There are no app keys');
    const issued = await run(`app-keys issue Billing --access write --days 30${option}`);
    expect(issued.stdout).toMatch(new RegExp(`^API +${endpoint.baseUrl}/api/v1\\nApp key +muster_\\w+\\n$`));
    expect(issued.stderr).toMatch(/^The key \w+ expires 20.+ It is shown only this once\.\n$/);
    const [{ id }] = (await inManage(path)).appKeys;
    const file = join(folder, `app-key${option.length}`);
    const second = await json(`app-keys rotate ${id} --to ${file}${option}`);
    expect(second).not.toHaveProperty('key');
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^muster_${second.id}_\\S+\\n$`));
    await done(`app-keys revoke ${id}${option}`);
    expect((await inManage(path)).appKeys).toMatchObject([
      { id, label: 'Billing', access: 'write', status: 'revoked' },
      { id: second.id, label: 'Billing', access: 'write', status: 'active' },
    ]);
    expect(await done(`app-keys list${option}`)).toMatch(
      new RegExp(`^${second.id} +Billing +write +active`, 'm'),
    );
  });
});

describe('C2: muster keys rotate', () => {
  const rotated = async (name: string, policy: object, options = '') => {
    const { path } = await createTenant(name, policy);
    const { id } = await json(`keys issue ${name}`);
    const ended = await run(`keys rotate ${name} ${id} ${options}`.trim());
    const [old] = (await inManage(`${path}/keys`)).keys;
    return { ...ended, old, daysLeft: (Date.parse(old.expires) - Date.now()) / 86_400_000 };
  };

  test.each([
    ['usual', {}, '', 7],
    ['three', {}, '--overlap-days 3', 3],
    ['months', {}, '--overlap-days 90', 90],
    ['short', { keys: { daysDefault: 2 } }, '', 2],
  ])('lets the old key work on: %s', async (name, policy, options, days) => {
    const { code, old, daysLeft, stderr } = await rotated(`Overlap${name}`, policy, options);
    expect([code, old.status]).toEqual([0, 'active']);
    expect(daysLeft).toBeCloseTo(days, 1);
    expect(stderr).not.toContain('at once');
  });

  test.each([
    ['replaces', { keys: { replaces: true } }, '', /ends at once, because keys\.replaces is on/],
    ['single', { keys: { activeMax: 1 } }, '', /ends at once, because keys\.activeMax is 1/],
    ['both', { keys: { activeMax: 1, replaces: true } }, '', /ends at once/],
    ['asked', {}, '--overlap-days 0', /ends at once, because the overlap is 0 days/],
  ])('ends the old key at once, and says so first: %s', async (name, policy, options, message) => {
    const { code, old, stderr } = await rotated(`Ends${name}`, policy, options);
    expect([code, old.status]).toEqual([0, 'revoked']);
    expect(stderr).toMatch(message);
    expect(stderr.indexOf('at once')).toBeLessThan(stderr.indexOf('The key'));
  });

  test('is refused where the policy allows no overlap and one is asked for, and the old key stays', async () => {
    const refusal = await rotated('Refused', { keys: { activeMax: 1 } }, '--overlap-days 7');
    expect([refusal.code, refusal.old.status]).toEqual([1, 'active']);
  });
});

const throwsAbsent = (read: () => unknown) => {
  try {
    read();
    return false;
  } catch {
    return true;
  }
};

describe('muster accounts, teams and mappings', () => {
  test('are made, edited, verified and removed by hand', async () => {
    await createTenant('Accounts', { accounts: { enabled: true, verified: ['mobile'] } });
    const own = '{"shifts": ["night"]}';
    const values = '--attribute email=anna@a.com --attribute mobile=1';
    const created = JSON.parse(
      await done(`accounts create Accounts ${values} --login anna --own - --json`, { input: own }),
    );
    expect(created).toMatchObject({ login: 'anna', attributes: { email: 'anna@a.com', mobile: '1' } });
    const { id } = created;
    expect((await json('accounts find Accounts --login anna')).accounts).toMatchObject([{ id }]);
    expect((await json(`accounts edit Accounts ${id} --attribute mobile=2`)).unverified).toEqual(['mobile']);
    expect(await done(`accounts verify Accounts ${id} mobile`)).toMatch(/^own\.shifts +night$/m);
    const edit = `accounts edit Accounts ${id} --role administrator --without mobile --state disabled`;
    expect(await json(edit)).toMatchObject({ role: 'administrator', attributes: { email: 'anna@a.com' } });
    expect(await done(`accounts show Accounts ${id}`)).toMatch(/^attributes\.email +anna@a\.com$/m);
    expect((await json('accounts list Accounts --state disabled')).accounts).toHaveLength(1);
    expect(await done('accounts list Accounts --hold noLicence')).toBe('There are no such accounts.\n');
    await done(`accounts remove Accounts ${id}`);
    expect((await json(`accounts show Accounts ${id}`)).state).toBe('removed');
    const empty = await run('accounts create Accounts');
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('--attribute')]);
  });

  test('are listed whole, beyond one page', async () => {
    const { path } = await createTenant('Crowd', { accounts: { enabled: true } });
    const logins = Array.from({ length: 130 }, (_, n) => `login-${n}`);
    await Promise.all(logins.map((login) => endpoint.manage('POST', `/manage${path}/accounts`, { login })));
    const { accounts } = await json('accounts list Crowd');
    expect(accounts.map(({ login }: { login: string }) => login).sort()).toEqual(logins.sort());
  });

  test('are brought together', async () => {
    const { path } = await createTenant('Teams', { accounts: { enabled: true } });
    const { id: account } = (await endpoint.manage('POST', `/manage${path}/accounts`, { login: 'anna' }))
      .body;
    const { id: team } = await json('teams create Teams "Night shift"');
    await done(`teams add Teams ${team} ${account}`);
    expect(await done(`teams members Teams ${team}`)).toMatch(/^\S+ +active +anna /m);
    await done(`teams take Teams ${team} ${account}`);
    expect(await done(`teams members Teams ${team}`)).toBe('The team has no members.\n');
    expect(await done(`teams rename Teams ${team} Renamed`)).toContain('Renamed');
    expect((await json('teams list Teams')).teams).toEqual([{ id: team, name: 'Renamed', origin: 'hand' }]);

    await done(`mappings team Teams object-1 ${team}`);
    await done('mappings role Teams object-1 userManager');
    expect(await json('mappings list Teams')).toEqual(await inManage(`${path}/mappings`));
    expect(await done('mappings list Teams')).toMatch(/^object-1 +role userManager$/m);
    expect(await done('mappings remove Teams object-1')).toBe('No group is mapped.\n');
    await done(`teams remove Teams ${team}`);
    expect(await done('teams list Teams')).toBe('There are no teams.\n');
  });

  test('are refused for a tenant without them, with the setting to change', async () => {
    await createTenant('Without');
    const { code, stderr } = await run('accounts list Without');
    expect([code, stderr]).toEqual([1, expect.stringContaining('policy.accounts.enabled to true')]);
  });
});

describe('muster users', () => {
  test('are shown and restored, and members that are waited for are listed', async () => {
    const { tenantId, ...access } = await endpoint.createTenant({
      name: 'Provisioned',
      profile: 'authentik',
    });
    const client = clientOf(access);
    const { id } = await client.user('anna@a.com', { displayName: 'Anna' });
    await client.group('Waiting', ['01a213bd-caef-7475-ad5f-529117b72d1c']);
    expect(await done(`users show Provisioned ${id}`)).toMatch(/^userName +anna@a\.com$/m);
    expect(await done('users find Provisioned Anna@A.com')).toContain(id);
    await client.delete(`/Users/${id}`);
    expect((await run(`users show Provisioned ${id}`)).code).toBe(3);
    expect(await json(`users restore Provisioned ${id}`)).toMatchObject({ id, userName: 'anna@a.com' });
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
    expect(await json('pending Provisioned')).toEqual(await inManage(`/tenants/${tenantId}/pending-members`));
    expect(await done('pending Provisioned')).toContain('01a213bd-caef-7475-ad5f-529117b72d1c');
  });
});

describe('muster users list and groups', () => {
  test('read what the client provisioned, and what an option selects', async () => {
    const { tenantId, ...access } = await endpoint.createTenant({ name: 'Listed' });
    const client = clientOf(access);
    const anna = await client.user('Anna@a.com', { externalId: 'a-1' });
    await client.user('bob@a.com');
    const group = await client.group('Night', [anna.id]);
    const path = `/tenants/${tenantId}`;
    expect(await json('users list Listed')).toEqual(await inManage(`${path}/users`));
    expect(await json('users list Listed --user-name anna')).toEqual(
      await inManage(`${path}/users?userName=anna`),
    );
    const refused = await run('users list Listed --external-id a-1 --changed-since 2h');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('one parameter')]);
    expect(await done('groups list Listed --changed-since 2h')).toMatch(/ Night +1$/m);
    expect(await json('groups list Listed --display-name ni')).toEqual(await inManage(`${path}/groups`));
    expect(await done('groups list Listed --display-name day')).toBe('There are no such groups.\n');
    expect(await done(`groups show Listed ${group.id}`)).toMatch(/^memberCount +1$/m);
    expect(await json(`groups members Listed ${group.id}`)).toEqual({
      members: [{ id: anna.id, type: 'User' }],
    });
  });
});

describe('muster audit and runs', () => {
  test('show what the trail of the endpoint holds', async () => {
    const { tenantId, ...access } = await endpoint.createTenant({ name: 'Audited' });
    const client = clientOf(access);
    const { id } = await client.user('anna@a.com');
    await client.post('/Users', { userName: 'nothing else' });
    await endpoint.manage('POST', '/admin/functions/maintenance', {});
    const trail = () => inManage(`/tenants/${tenantId}/audit?outcome=refused`);
    // The timer assigns the records to their run.
    const assigned = async () => (await inManage(`/tenants/${tenantId}/runs`)).runs[0]?.refused;
    await expect.poll(assigned, { timeout: 20_000 }).toEqual({ invalidSyntax: 1 });

    expect((await json('audit Audited --since 1h --outcome refused')).records).toEqual(
      (await trail()).records,
    );
    const credential = access.token.split('_')[1];
    const text = await done(`audit Audited --credential ${credential} --resource ${id} --operation create`);
    expect(text.trimEnd().split('\n')).toHaveLength(2);
    expect(text).toMatch(new RegExp(`^20.+ ago\\) +create +User ${id} +done +${credential} .*run=run:`, 'm'));
    const [run] = (await json('runs Audited --since 1h')).runs;
    expect(await json(`runs Audited --run ${run.id}`)).toMatchObject({ id: run.id, created: 1, credential });
    expect((await json(`audit Audited --run ${run.id}`)).records).toHaveLength(2);
    expect(await done(`runs Audited --credential ${credential} --limit 1`)).toMatch(
      / open +\w+ +run:\S+ +created=1 /,
    );
  });

  test('show without a tenant which were created and deleted', async () => {
    const { tenantId } = await endpoint.createTenant({ name: 'Passing' });
    await done('tenants delete Passing --confirm Passing');
    const { records } = await json('audit --limit 10');
    expect(records).toEqual((await inManage('/audit?limit=10')).records);
    const own = records.filter(({ resource }: { resource: string }) => resource === tenantId);
    expect(own.map(({ operation }: { operation: string }) => operation).sort()).toEqual(['create', 'delete']);
    expect(await done(`audit --resource ${tenantId}`)).toMatch(
      new RegExp(` delete +Tenant ${tenantId} +done +management`),
    );
  });
});

describe('muster feed', () => {
  test('renews the feed of a tenant or of all, so that its cursors end', async () => {
    const { tenantId } = await endpoint.createTenant({ name: 'Fed' });
    for (const line of ['feed renew Fed', 'feed renew --all']) {
      const { next } = await inManage(`/tenants/${tenantId}/events`);
      expect(await done(line)).toMatch(/renewed/);
      expect((await endpoint.manage('GET', `/manage/tenants/${tenantId}/events?after=${next}`)).status).toBe(
        410,
      );
    }
    for (const line of ['feed renew', 'feed renew Fed --all']) expect((await run(line)).code).toBe(2);
    expect((await run('feed renew Nobody')).code).toBe(3);
  });
});

describe('muster events', () => {
  test('shows those of a time, whatever their type, or some', async () => {
    const { tenantId, ...access } = await endpoint.createTenant({ name: 'Eventful' });
    const client = clientOf(access);
    const { id } = await client.user('anna');
    await client.delete(`/Users/${id}`);
    const { events } = await inManage(`/tenants/${tenantId}/events`);
    const lines = (await done('events Eventful --json')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(events);
    const text = await done('events Eventful --from 1h --types group.,user.deleted');
    expect(text).toMatch(new RegExp(`^20[\\d: -]+ {2}user\\.deleted {2}users/${id} {2}deletedByClient\n$`));
    const none = await run('events Eventful --from now');
    expect([none.code, none.stdout, none.stderr]).toEqual([0, '', 'There are no such events.\n']);
    const unknown = await run('events Eventful --types account.,user.deletd');
    expect([unknown.code, unknown.stderr]).toEqual([
      ...[2, 'There is no type of events "user.deletd": did you mean user.deleted?\n'],
    ]);
  });
});

describe('muster mails', () => {
  test('are listed and sent again', async () => {
    const policy = { accounts: { enabled: true }, notifications: { invitation: true } };
    const { tenantId, ...access } = await endpoint.createTenant({ name: 'Mailed', policy });
    await clientOf(access).user('anna', { emails: [{ value: 'anna@a.com', type: 'work', primary: true }] });
    await endpoint.manage('POST', '/admin/functions/maintenance', {});
    const mails = () => inManage(`/tenants/${tenantId}/mails`);
    const over = ['sent', 'failed', 'skipped'];
    await expect
      .poll(async () => over.includes((await mails()).mails[0]?.state), { timeout: 20_000 })
      .toBe(true);
    const [{ id, state }] = (await mails()).mails;
    expect(await json(`mails list Mailed --state ${state}`)).toEqual(await mails());
    expect(await done('mails list Mailed')).toMatch(new RegExp(`^${id} +invitation +${state} `, 'm'));
    expect(await json(`mails send Mailed ${id}`)).toMatchObject({ id });
    expect((await run('mails send Mailed nothing')).code).toBe(3);
    const [account] = (await inManage(`/tenants/${tenantId}/accounts`)).accounts;
    expect((await run(`accounts invite Mailed ${account.id}`)).code).toBe(0);
    expect((await mails()).mails).toHaveLength(2);
  });
});

describe.each([
  ['one tenant', 'Hooked', ' --tenant Hooked', ''],
  ['all tenants', 'Told', '', ' --of Told'],
])('muster webhooks for %s', (_, name, option, of) => {
  test('are created, shown, tried, switched, rotated, sent again and deleted', async () => {
    const { tenantId, ...access } = await endpoint.createTenant({ name });
    await clientOf(access).user('anna');
    expect(await done(`webhooks list${option}`)).toContain('There are no endpoints');
    const created = await run(`webhooks create http://${nowhere}/ --types user. --ordered${option}`);
    expect(created.stdout).toMatch(/^Secret +whsec_\S+\nPublic key +whpk_\S+$/m);
    const [{ id }] = (await json(`webhooks list${option}`)).webhooks;
    expect(await done(`webhooks list${option}`)).toMatch(
      new RegExp(`^${id} .* user\\. +yes +active +0`, 'm'),
    );
    const file = join(folder, `secret${option.length}`);
    expect(await json(`webhooks rotate ${id} --to ${file}${option}`)).not.toHaveProperty('secret');
    expect(readFileSync(file, 'utf8')).toMatch(/^whsec_\S+\n$/);
    expect((await json(`webhooks show ${id}${option}`)).secrets).toHaveLength(2);
    expect(await json(`webhooks test ${id}${option}`)).toMatchObject({ error: 'ECONNREFUSED' });
    expect(await json(`webhooks disable ${id}${option}`)).toMatchObject({
      state: 'disabled',
      reason: 'operator',
    });
    expect(await json(`webhooks enable ${id}${option}`)).toMatchObject({ state: 'active' });
    const { events } = await inManage(`/tenants/${tenantId}/events`);
    expect(await json(`webhooks resend ${id} ${events[0].id}${option}${of}`)).toMatchObject({
      type: 'user.created',
    });
    expect((await json(`webhooks replay ${id} --since 1h${option}${of}`)).events).toBeGreaterThan(0);
    expect(await done(`webhooks attempts ${id}${option}`)).toMatch(/ webhook\.test +by hand +ECONNREFUSED /);
    await done(`webhooks delete ${id}${option}`);
    expect((await json(`webhooks list${option}`)).webhooks).toEqual([]);
  });
});

/** They are tested where they are described further. */
const elsewhere = ['listen', 'trigger', 'policy check', 'policy show', 'convert-logins'];

afterAllTests(() => {
  const untried = commandRows.map(({ name }) => name).filter((name) => !ran.includes(name));
  expect(untried, 'commands that no test tries').toEqual(elsewhere);

  const isAsked = (method: string, template: string) => {
    const form = new RegExp(`^/manage/${template.replace(/\{\w+\}/g, '[^/?]+')}(\\?|$)`);
    return relay.asked.some((one) => one.method === method && form.test(one.url));
  };
  const unreached = manageRows.filter(({ method, template }) => !isAsked(method, template));
  // Asked by a page of the product, for who follows a link, and by products that read the feed.
  const byProducts = ['manage-links-open', 'manage-events-all', 'manage-snapshot'];
  const acknowledging = ['manage-events-acknowledge', 'manage-events-acknowledgements'];
  const names = unreached.map(({ name }) => name);
  expect(names).toEqual(['manage-logins-convert', ...byProducts, ...acknowledging]);
});
