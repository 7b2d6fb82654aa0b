import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readPolicy } from '../../../lib/manage/read-policy.ts';
import { createCatalogue } from '../../../lib/packs/catalogue.ts';
import { loadPacks } from '../../../lib/packs/load-packs.ts';
import { presetNames, presets } from '../../../lib/tenants/presets.ts';
import { checkPolicy } from '../../../tools/muster/policy/check-policy.ts';
import { muster } from './muster.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: unknown): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('muster policy check', () => {
  test('finds every fault, with what to change, and ends with 1', async () => {
    const file = fileWith({
      keys: { activeMx: 1, activeMax: 11 },
      nope: {},
      endpoint: { profile: 'x' },
      roles: { default: '' },
      trusts: [{ issuer: 'http://a' }],
    });
    const { code, stdout, stderr } = await muster(['policy', 'check', file]);
    expect([code, stderr]).toEqual([1, `10 errors in ${file}: docs/policy.md describes every setting.\n`]);
    const lines = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    );
    expect(lines).toMatchObject({
      nope: expect.stringMatching(/^is not known: a policy has endpoint, users, .+, feed$/),
      'keys.activeMx':
        'is not known: keys has daysMin, daysMax, daysDefault, activeMax, replaces, issuerRoles, ' +
        'tokenDays, tokenMinutes',
      'keys.activeMax': expect.stringMatching(/^is 11, expected 1 to 10\. Maximum number of active keys/),
      'endpoint.profile': expect.stringMatching(/^is "x", expected `entra` .+ The client that provisions/),
      'roles.default': expect.stringMatching(/^is "": .+ Role of a user/),
      'trusts.0.issuer': expect.stringMatching(/^is "http:\/\/a": /),
      'trusts.0.subject': expect.stringMatching(/^is missing: /),
    });
  });

  test('finds what contradicts itself or names what there is not', () => {
    const policy = {
      keys: { daysMin: 9, daysMax: 8 },
      endpoint: { packs: ['x', 'devices'] },
      users: { required: ['nmae', 'title'], unique: ['a[b'] },
      accounts: { attributes: { cost: 'urn:example:params:2.0:User:costCenter' } },
      roles: { default: 'nobody' },
    };
    expect(checkPolicy(policy, undefined).map(({ setting }) => setting)).toEqual([
      ...[
        'endpoint.packs',
        'users.required',
        'users.unique',
        'accounts.attributes',
        'roles.default',
        'keys.daysMin',
      ],
    ]);
    expect(() =>
      readPolicy(policy, { catalogue: createCatalogue(loadPacks(undefined)), federationHosts: [] }),
    ).toThrow('policy.endpoint.packs names "x"');
  });

  test('reads the standard input, and looks at what a preset makes of it', async () => {
    const input = '{"roles": {"default": "Enterprise Administrator"}}';
    const alone = await muster(['policy', 'check', '-', '--json'], { input });
    expect(alone.code).toBe(1);
    expect(JSON.parse(alone.stdout)).toEqual({
      isValid: false,
      faults: [{ setting: 'roles.default', fault: expect.stringContaining('policy.roles.known has') }],
    });
    const merged = await muster(['policy', 'check', '-', '--preset', 'signinghub'], { input });
    expect(merged).toEqual({ code: 0, stdout: 'The policy is valid.\n', stderr: '' });
  });

  test('knows the packs of a folder', async () => {
    const packs = 'test/fixtures/packs';
    const file = fileWith({ endpoint: { packs: ['badges'] } });
    const [without, within] = await Promise.all([
      muster(['policy', 'check', file]),
      muster(['policy', 'check', file, '--packs', packs]),
    ]);
    expect([without.code, within.code, within.stderr]).toEqual([1, 0, '']);
    const absent = await muster(['policy', 'check', file, '--packs', join(folder, 'absent')]);
    expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining('--packs cannot be used')]);
  });

  test('names the place where a file is no JSON', async () => {
    const { code, stderr } = await muster(['policy', 'check', fileWith('{\n  "keys": {,}\n}')]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/is not JSON: .+line 2,? column 12/)]);
    const list = await muster(['policy', 'check', fileWith([])]);
    expect([list.code, list.stderr]).toEqual([1, expect.stringContaining('must contain a JSON object')]);
    const absent = await muster(['policy', 'check', join(folder, 'absent.json')]);
    expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining('ENOENT')]);
  });
});

describe('muster policy show', () => {
  test('shows what a preset sets and means', async () => {
    const { code, stdout, stderr } = await muster(['policy', 'show', 'v6']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^keys\.activeMax +1 +Maximum number of active keys.*\.$/m);
  });

  test('gives a file that is valid, with --json', async () => {
    for (const name of presetNames)
      expect(checkPolicy(JSON.parse(JSON.stringify(presets[name])), undefined)).toEqual([]);
    const { stdout } = await muster(['policy', 'show', 'sofa', '--json']);
    expect(JSON.parse(stdout)).toEqual(presets.sofa);
    expect((await muster(['policy', 'check', '-'], { input: stdout })).code).toBe(0);
  });

  test('knows no other', async () => {
    const { code, stderr } = await muster(['policy', 'show', 'x']);
    expect([code, stderr]).toEqual([
      3,
      'There is no preset "x": choose signl4, v6, sofa, sguard, signinghub.\n',
    ]);
  });
});
