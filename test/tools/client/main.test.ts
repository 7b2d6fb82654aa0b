import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { conceal } from '../../../tools/client/conceal.ts';
import { readOptions } from '../../../tools/client/options.ts';
import { UsageError } from '../../../tools/read-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'client-options-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, 't\n');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function client(...args: readonly string[]): Promise<Ended> {
  const command = ['--import', 'tsx', 'tools/client/main.ts', ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end('t\n');
  });
}

describe('npm run client', () => {
  test('plays on a tenant in memory, and Muster names the profile that fits', async () => {
    const { code, stdout } = await client('onelogin', '--users', '1', '--groups', '1', '--profile', 'okta');
    expect(stdout).toMatch(/^POST user +1 +[\d.]+ +[\d.]+ +0 +0$/m);
    expect(stdout).toMatch(/^1 deviation in \d+ requests \(OneLogin, 1 users, 1 groups, seed 1\)/m);
    const step = 'PATCH group: add a member that does not exist yet';
    const got = 'expected status 200 or 204, got 400 invalidValue';
    expect(stdout).toContain(`\n- ${step}: PATCH /Groups/{id}: ${got}\n`);
    expect(stdout).toContain(
      '\nNote: This looks like OneLogin, and the profile of the tenant is okta: set the',
    );
    expect(code).toBe(1);
  });

  test('ends with 0 when every answer is right, and prints JSON', async () => {
    const { code, stdout } = await client('google', '--users', '1', '--json');
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ client: 'google', users: 1, groups: 0, isConnected: true });
    expect(report).toMatchObject({ deviationCount: 0, deviations: [] });
    expect(report.notes).toContainEqual(expect.stringContaining('Google does not document'));
    expect(code).toBe(0);
  });
});

describe('readOptions()', () => {
  test('takes the endpoint by --url or --tenant-url, and fills in the rest', () => {
    const connection = { tenantUrl: 'http://127.0.0.1:7071/scim/v2', token: 't' };
    for (const option of ['--url', '--tenant-url']) {
      const args = ['okta', option, 'http://127.0.0.1:7071/scim/v2/?a=b', '--token-file', tokenFile];
      expect(readOptions(args)).toEqual({
        ...{ client: 'okta', users: 10, groups: 2, seed: 1, timeoutMs: 60_000, clean: false, json: false },
        ...{ connection, profile: undefined },
      });
    }
    expect(readOptions(['entra', '--no-groups'])).toMatchObject({ groups: 0, connection: undefined });
  });

  test.each<[readonly string[], RegExp | string]>([
    [[], 'Name one client of okta, onelogin, jumpcloud, google, authentik, keycloak, entra: none was named.'],
    [['ping'], 'not "ping"'],
    [['okta', 'entra'], 'not "okta entra"'],
    [['okta', '--profile', 'ping'], '--profile must be one of entra, okta'],
    [
      ['okta', '--profile', 'okta', '--url', 'http://h', '--token-file', tokenFile],
      'name no endpoint with it',
    ],
    [['okta', '--users', '0'], '--users needs a whole number of at least 1'],
    [['okta', '--no-group'], 'did you mean --no-groups?'],
    [['okta', '--token', 'canary'], /^--token is not allowed: (?!.*canary)/],
    [['okta', '--url', 'scim', '--token-file', tokenFile], 'must be an absolute http or https URL'],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(message);
  });
});

describe('conceal()', () => {
  const deviation = { kind: 'step', request: 'GET /Users', expected: 'status 200', got: '200' };

  test.each([
    ['GET /Users?filter=userName eq "ann \\"A\\" x"&count=1', 'GET /Users?filter=userName eq "…"&count=1'],
    ['GET /Users?filter=userName eq ann@example.com', 'GET /Users?filter=userName eq …'],
    ['GET /Users?filter=active eq true', 'GET /Users?filter=active eq true'],
    ['PATCH /Users/ann@example.com [{"op":"add","value":"x"}]', 'PATCH /Users/{id}'],
    ['POST /Users {"userName":"ann', 'POST /Users'],
    ['GET /Groups/ann?excludedAttributes=members', 'GET /Groups/{id}?excludedAttributes=members'],
  ])('writes %s without values', (request, line) => {
    expect(conceal({ ...deviation, request }).request).toBe(line);
  });

  test.each([
    ['409 {"scimType":"uniqueness","detail":"ann@example.com is taken', '409 uniqueness'],
    ['409 {"scimType":"ann","detail":"x"}', '409'],
    ['500 <p>Ann</p>', '500'],
    ['{"type":"work","value":"ann"}', '{"type":"…","value":"…"}'],
    [
      '["urn:ietf:params:scim:schemas:core:2.0:User","ann"]',
      '["urn:ietf:params:scim:schemas:core:2.0:User","…"]',
    ],
    ['"text/html"', '"text/html"'],
    ['"an answer that is cut off', '"…"'],
    ['2 never listed (such as ann)', '2 never listed'],
    ['a URL that ends with /Users/ann', 'a URL that ends with /Users/{id}'],
  ])('writes the answer %s without values', (got, concealed) => {
    expect(conceal({ ...deviation, got }).got).toBe(concealed);
  });
});
