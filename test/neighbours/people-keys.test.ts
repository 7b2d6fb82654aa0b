import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Clock, makeClock } from '../support/clock.ts';
import { scim } from '../support/endpoint.ts';
import { type Customer, openPeopleSite, type Policy } from './people-site.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-people-'));
const clock: Clock = makeClock(folder);
// Registered first, it runs last.
afterAll(() => rmSync(folder, { recursive: true }));
const site = openPeopleSite(() => clock.env);
const day = 86_400;

describe('C2: the old key works for a while unless told otherwise', () => {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into keys of every shape
  const keysOf = async (customer: Customer): Promise<readonly any[]> =>
    (await customer.manage('GET', '/keys')).body.keys;
  const firstKey = async (customer: Customer) => (await keysOf(customer))[0].id;
  const works = async ({ access }: Customer, token = access.token) =>
    (await scim({ ...access, token }, 'GET', '/Users?count=0')).status === 200;
  const rotate = async (customer: Customer, more = '') => {
    const ended = await site.run(
      `keys rotate ${customer.tenantId} ${await firstKey(customer)} --json ${more}`,
    );
    return { ...ended, made: ended.code === 0 ? JSON.parse(ended.stdout) : undefined };
  };
  const atOnce = /at once/;

  test.each<[string, Policy, more: string, days: number]>([
    ['by default', {}, '', 7],
    ['for a day', {}, '--overlap-days 1', 1],
    ['for two days', { keys: { activeMax: 3 } }, '--overlap-days 2', 2],
    ['for as long as it may', {}, '--overlap-days 90', 90],
    ['with a label and days', {}, '--label New --days 30', 7],
    ['where more keys may be active', { keys: { activeMax: 5 } }, '', 7],
  ])('%s', async (_, policy, more, days) => {
    const customer = await site.customer(policy);
    const { code, made, stderr } = await rotate(customer, more);
    expect([code, stderr], stderr).toEqual([0, expect.not.stringMatching(atOnce)]);
    const left = [await works(customer), await works(customer, made.key)];
    expect(left).toEqual([true, true]);
    clock.pass(days * day - 3_600);
    expect(await works(customer)).toBe(true);
    clock.pass(7_200);
    expect([await works(customer), await works(customer, made.key)]).toEqual([false, true]);
  });

  test.each<[string, Policy, more: string]>([
    ['if the policy replaces keys', { keys: { replaces: true } }, ''],
    ['if only one key may be active', { keys: { activeMax: 1 } }, ''],
    ['if both', { keys: { activeMax: 1, replaces: true } }, ''],
    ['if asked', {}, '--overlap-days 0'],
    ['if asked and so by the policy', { keys: { replaces: true } }, '--overlap-days 0'],
  ])('ends at once %s, and the command says so', async (_, policy, more) => {
    const customer = await site.customer(policy);
    const { code, made, stderr } = await rotate(customer, more);
    expect([code, stderr], stderr).toEqual([0, expect.stringMatching(atOnce)]);
    expect([await works(customer), await works(customer, made.key)]).toEqual([false, true]);
  });

  test.each<[string, Policy, more: string, code: number]>([
    ['an overlap that the policy forbids', { keys: { replaces: true } }, '--overlap-days 3', 1],
    ['an overlap with one active key', { keys: { activeMax: 1 } }, '--overlap-days 3', 1],
    ['a negative overlap', {}, '--overlap-days -1', 2],
    ['an overlap that is no number', {}, '--overlap-days soon', 2],
    ['an overlap that is too long', {}, '--overlap-days 91', 1],
    ['a validity beyond the policy', {}, '--days 731', 1],
    ['an unknown option', {}, '--overlap 3', 2],
  ])('and %s changes nothing', async (_, policy, more, code) => {
    const customer = await site.customer(policy);
    const before = await keysOf(customer);
    const ended = await rotate(customer, more);
    expect([ended.code, ended.stdout], ended.stderr).toEqual([code, '']);
    expect(ended.stderr).toMatch(/overlap|days|validDays/i);
    expect(await works(customer)).toBe(true);
    expect(await keysOf(customer)).toMatchObject(before.map(({ id, expires }) => ({ id, expires })));
  });

  test('where as many keys are active as may be, the refusal says what to do', async () => {
    const customer = await site.customer({ keys: { activeMax: 2 } });
    await customer.manage('POST', '/keys', {});
    const { code, stderr } = await rotate(customer);
    if (code === 0) expect(await works(customer)).toBe(true);
    else expect([code, stderr]).toEqual([1, expect.stringMatching(/activeMax|overlap/)]);
    expect(await works(customer)).toBe(true);
  });

  test('a key that ends sooner is not prolonged, and a key of nobody is not found', async () => {
    const customer = await site.customer({ keys: { activeMax: 3 } });
    const brief = (await customer.manage('POST', '/keys', { validDays: 2 })).body;
    const ended = await site.run(`keys rotate ${customer.tenantId} ${brief.id} --json`);
    expect(ended.code, ended.stderr).toBe(0);
    const listed = (await keysOf(customer)).find(({ id }) => id === brief.id);
    expect(Date.parse(listed.expires)).toBe(Date.parse(brief.expires));
    const { code, stderr } = await site.run(`keys rotate ${customer.tenantId} nokey`);
    expect([code, stderr]).toEqual([3, expect.stringContaining('key')]);
  });

  test('client secrets do the same, into a file', async () => {
    const customer = await site.customer();
    const secret = (await customer.manage('POST', '/keys', { kind: 'client' })).body;
    const file = join(folder, 'secret');
    const { code, stdout, stderr } = await site.run(
      `keys rotate ${customer.tenantId} ${secret.id} --to ${file}`,
    );
    expect(code, stderr).toBe(0);
    expect(stdout + stderr).not.toContain(readFileSync(file, 'utf8').trim());
    const listed = (await keysOf(customer)).find(({ id }) => id === secret.id);
    expect(listed.state ?? 'active').not.toBe('revoked');
    expect(await works(customer)).toBe(true);
  });
});

describe('C3: unknown words of closed lists are refused with the nearest', () => {
  test.each<[line: string, meant: string]>([
    ['audit T --outcome refuse', 'refused'],
    ['audit T --outcome Refused', 'refused'],
    ['audit T --outcome nolicence', 'noLicence'],
    ['audit T --operation creat', 'create'],
    ['audit T --operation deleted', 'delete'],
    ['audit --operation creation', 'create'],
    ['accounts list T --state activ', 'active'],
    ['accounts list T --hold noGroups', 'noGroup'],
    ['accounts create T --type regulr', 'regular'],
    ['mails list T --state fail', 'failed'],
    ['keys issue T --kind clients', 'client'],
    ['tenants create --name N --preset signal4', 'signl4'],
    ['audit T --outcom refused', '--outcome'],
    ['audt T', 'audit'],
    ['tenants lst', 'list'],
  ])('%s', async (line, meant) => {
    const customer = await site.customer();
    const { code, stdout, stderr } = await site.run(line.replace(/\bT\b/, customer.tenantId));
    expect([code, stdout], stderr).toEqual([2, '']);
    expect(stderr).toContain(meant);
  });

  test.each<[path: string, meant: string]>([
    ['/audit?outcome=refuse', 'refused'],
    ['/audit?outcome=', 'outcome'],
    ['/audit?operation=Create', 'create'],
    ['/audit?operation=creates', 'create'],
    ['/accounts?state=acitve', 'active'],
    ['/accounts?hold=noLicense', 'noLicence'],
    ['/mails?state=failure', 'failed'],
    ['/audit?outcom=refused', 'outcom'],
  ])('in the management API: %s', async (path, meant) => {
    const customer = await site.customer({ accounts: { enabled: true } });
    const { status, body } = await customer.manage('GET', path);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(meant)]);
  });

  test.each<[policy: object, meant: string]>([
    [{ endpoint: { profile: 'entre' } }, 'entra'],
    [{ audit: { level: 'info' } }, 'information'],
    [{ groups: { teams: 'eech' } }, 'each'],
    [{ endpoint: { path: '/scim/v3' } }, '/scim/v2'],
    [{ accounts: { login: 'mail' } }, 'mailbox'],
    [{ roles: { unknown: 'refused' } }, 'refuse'],
  ])('in a policy: %j', async (policy, meant) => {
    const customer = await site.customer();
    const { status, body } = await customer.manage('PATCH', '', { policy });
    expect([status, body.detail]).toEqual([400, expect.stringContaining(meant)]);
  });

  test('also where a preset is shown', async () => {
    const { code, stderr } = await site.run('policy show sgard');
    expect([code, stderr]).toEqual([3, expect.stringContaining('Did you mean sguard?')]);
  });

  test('--from, --since and --until limit the times of records and runs', async () => {
    const customer = await site.customer();
    await customer.user('early');
    clock.pass(3_600);
    await customer.user('late');
    const count = async (options: string) => {
      const { code, stdout, stderr } = await site.run(
        `audit ${customer.tenantId} --operation create --json ${options}`,
      );
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout).records.length;
    };
    const middle = new Date(clock.now() - 1_800_000).toISOString();
    const late = `--from ${middle}`;
    expect([await count(''), await count(late), await count(`--since ${middle}`)]).toEqual([2, 1, 1]);
    expect([await count(`--until ${middle}`), await count(`--from 2h --until ${middle}`)]).toEqual([1, 1]);
    for (const wrong of [
      '--until never',
      '--from 2026-13-01T00:00:00Z',
      '--since -1h',
      '--until 5x',
      '--limit 0',
      '--limit x',
    ])
      for (const command of ['audit', 'runs'])
        expect((await site.run(`${command} ${customer.tenantId} ${wrong}`)).code, `${command} ${wrong}`).toBe(
          2,
        );
    expect((await site.run(`runs ${customer.tenantId} --from 7d --until 1h --json`)).code).toBe(0);
    expect((await site.run(`audit ${customer.tenantId} --from 7d --since 1d`)).code).toBe(2);
  });
});
