import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { parseBaseUrl } from '../../../tools/muster/access/base-url.ts';
import { keyAccess } from '../../../tools/muster/access/deployed.ts';
import { claimsAt, entraTenant, makeKey, signClaims, startIssuer } from '../../auth/issuer.ts';
import { startEndpoint } from '../../support/endpoint.ts';
import { muster, startMuster } from './muster.ts';
import { startStandIn } from './stand-in.ts';

// Processes start slowly while the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'muster-access-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tenants = { status: 200, body: { tenants: [] } };
const secret = 'canary-0123456789abcdef';

describe('the endpoint of this machine', () => {
  test('is found by its data folder, with the key that lies there', async () => {
    const data = join(folder, 'local');
    const endpoint = await startEndpoint({ data });
    const listed = await muster(['tenants', 'list', '--data', data]);
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    expect(listed.stdout).toMatch(/^Default +Default +yes +generic +http:\/\/127\.0\.0\.1:\d+\/scim\/v2 /m);
    await endpoint.stop();

    const stopped = await muster(['tenants', 'list', '--data', data]);
    expect([stopped.code, stopped.stdout]).toEqual([1, '']);
    expect(stopped.stderr).toBe(
      `Nothing listens at ${endpoint.baseUrl}: start the endpoint, with npm start on this machine.\n`,
    );
  });

  test('that is another than that of the folder does not admit its key', async () => {
    const data = join(folder, 'other');
    const endpoint = await startEndpoint();
    mkdirSync(data);
    writeFileSync(join(data, 'functionKey'), 'another');
    const file = { baseUrl: endpoint.baseUrl, tenant: 'any' };
    writeFileSync(join(data, 'endpoint.json'), JSON.stringify(file));
    const { code, stderr } = await muster(['tenants', 'list', '--data', data]);
    expect([code, stderr]).toEqual([
      1,
      `${endpoint.baseUrl}/manage refuses this credential (401): the endpoint there does not have its data in ` +
        `${data}: name its folder with --data DIR.\n`,
    ]);
    await endpoint.stop();
  });

  test('named by its address refuses another key, and says where its own lies', async () => {
    const endpoint = await startEndpoint();
    const env = { MUSTER_URL: endpoint.baseUrl, MUSTER_FUNCTION_KEY: secret };
    const { code, stderr } = await muster(['tenants', 'list'], { env });
    expect([code, stderr]).toEqual([1, expect.stringContaining('the file functionKey of its data folder')]);
    expect(stderr).not.toContain('az functionapp');
    await endpoint.stop();
  });

  test('is missed with the ways to name one', async () => {
    const { code, stderr } = await muster(['tenants', 'list', '--data', join(folder, 'nowhere')]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('npm start')]);
    expect(stderr).toContain('--url URL');
  });
});

describe('a deployed endpoint', () => {
  test('refuses another key with where the app has its own', async () => {
    const sources = { keyFile: undefined, environment: { MUSTER_FUNCTION_KEY: secret } } as const;
    const address = { text: 'https://scim.example.com', source: '--url' };
    const { advice } = await keyAccess(address, sources as unknown as Parameters<typeof keyAccess>[1]);
    expect(advice).toContain('az functionapp keys list');
  });

  test('is given the function key of a file or of the environment, in the header alone', async () => {
    const standIn = await startStandIn(() => tenants);
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, `${secret}\n`, { mode: 0o600 });
    const byFile = await muster(['tenants', 'list', '--url', standIn.url, '--key-file', keyFile]);
    expect([byFile.code, byFile.stderr]).toEqual([0, '']);
    const env = { MUSTER_URL: standIn.url, MUSTER_FUNCTION_KEY: secret };
    expect((await muster(['tenants', 'list'], { env })).code).toBe(0);
    expect(standIn.asked.map(({ headers }) => headers['x-functions-key'])).toEqual([secret, secret]);
    expect(JSON.stringify(standIn.asked.map(({ url, body }) => [url, body]))).not.toContain(secret);

    chmodSync(keyFile, 0o644);
    const shared = await muster(['tenants', 'list', '--url', standIn.url, '--key-file', keyFile]);
    expect([shared.code, shared.stderr]).toEqual([
      0,
      `Other users of this machine can read ${keyFile}: run chmod 600 on it.\n`,
    ]);
    await standIn.close();
  });

  test('is not asked without a key, or with what is none, which is not repeated', async () => {
    const standIn = await startStandIn(() => tenants);
    const env = { MUSTER_URL: standIn.url };
    const without = await muster(['tenants', 'list'], { env });
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--key-file FILE')]);
    const broken = await muster(['tenants', 'list'], {
      env: { ...env, MUSTER_FUNCTION_KEY: `${secret}\n${secret}` },
    });
    expect([broken.code, broken.stderr]).toEqual([
      2,
      'MUSTER_FUNCTION_KEY is not a function key: it must be one line without spaces.\n',
    ]);
    const absent = await muster(['tenants', 'list', '--key-file', join(folder, 'absent')], { env });
    expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining('ENOENT')]);
    expect(standIn.asked).toEqual([]);
    await standIn.close();
  });

  test.each([
    ['http://scim.example.com', 'use https://scim.example.com: over plain http others could read the key'],
    ['http://127.0.0.1.example.com', 'use https://'],
    ['http://localhost@example.com', 'leave out the user name'],
    ['https://scim.example.com/scim/v2', 'leave out the path: https://scim.example.com'],
    ['https://scim.example.com?code=x', 'leave out the path'],
    ['ftp://scim.example.com', 'must begin with https://'],
    ['scim.example.com', 'must be an address'],
  ])('is refused at %s', (url, advice) => {
    expect(() => parseBaseUrl(url, 'MUSTER_URL')).toThrow(advice);
  });

  test.each(['https://scim.example.com', 'http://localhost:7071', 'http://[::1]:7071', 'http://127.1/'])(
    'is taken at %s',
    (url) => {
      expect(parseBaseUrl(url, 'MUSTER_URL')).toBe(new URL(url).origin);
    },
  );

  test('that redirects is not followed with the key', async () => {
    const other = await startStandIn(() => tenants);
    const standIn = await startStandIn(() => ({ status: 302, headers: { location: other.url } }));
    const env = { MUSTER_URL: standIn.url, MUSTER_FUNCTION_KEY: secret };
    const { code, stderr } = await muster(['tenants', 'list'], { env });
    expect([code, stderr]).toEqual([1, expect.stringContaining('answers 302')]);
    expect(other.asked).toEqual([]);
    await Promise.all([standIn.close(), other.close()]);
  });
});

describe('with --entra', () => {
  const bin = join(folder, 'bin');
  const tokens = join(folder, 'tokens');

  /** A stand-in for the Azure CLI that writes down how it was called, and gives a token more each time. */
  function installAz(): Readonly<Record<string, string>> {
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, 'az'),
      `#!/bin/sh\necho "$@" >> ${tokens}\n` +
        `echo "{\\"accessToken\\": \\"${secret}-$(wc -l < ${tokens} | tr -d ' ')\\"}"\n`,
      { mode: 0o755 },
    );
    return {
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      MUSTER_ENTRA_RESOURCE: 'api://muster-test',
    };
  }

  test.skipIf(process.platform === 'win32')(
    'asks /operate with a token, and once for a new one',
    async () => {
      const standIn = await startStandIn(({ headers }) =>
        headers.authorization === `Bearer ${secret}-2` ? tenants : { status: 401 },
      );
      const env = { ...installAz(), MUSTER_URL: standIn.url };
      const { code, stderr } = await muster(['tenants', 'list', '--entra'], { env });
      expect([code, stderr]).toEqual([0, '']);
      expect(standIn.asked.map(({ url }) => url)).toEqual(['/operate/tenants', '/operate/tenants']);
      const call = 'account get-access-token --resource api://muster-test --output json\n';
      expect(readFileSync(tokens, 'utf8')).toBe(call.repeat(2));

      const refused = await muster(['tenants', 'list', '--entra'], { env });
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('az login')]);
      expect(standIn.asked).toHaveLength(4);
      await standIn.close();
    },
  );

  test.skipIf(process.platform === 'win32')('operates an endpoint for those who have the role', async () => {
    const [issuer, signer] = await Promise.all([startIssuer(), makeKey('entra-1')]);
    issuer.publish(signer);
    const application = 'b5ba7a93-4452-4522-aeb4-a2b5da870c16';
    const authority = `http://${issuer.host}`;
    const endpoint = await startEndpoint({
      env: {
        ...{ OPERATOR_AUTHORITY: authority, OPERATOR_TENANT_ID: entraTenant },
        OPERATOR_APP_ID: application,
      },
    });
    const env = { ...installAz(), MUSTER_URL: endpoint.baseUrl };
    const list = async (roles: readonly string[]) => {
      const claims = { iss: `${authority}/${entraTenant}/v2.0`, aud: application, oid: 'somebody', roles };
      const accessToken = await signClaims(signer, claimsAt(Date.now(), claims));
      writeFileSync(join(folder, 'token.json'), JSON.stringify({ accessToken }));
      writeFileSync(join(bin, 'az'), `#!/bin/sh\ncat ${join(folder, 'token.json')}\n`);
      return muster(['tenants', 'list', '--entra'], { env });
    };
    const listed = await list(['Muster.Manage']);
    expect([listed.code, listed.stderr, listed.stdout]).toEqual([0, '', expect.stringContaining('Default')]);
    const refused = await list([]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('lacks the role Muster.Manage'),
    ]);
    await Promise.all([endpoint.stop(), issuer.stop()]);
  });

  test('says that the Azure CLI or the application is missing', async () => {
    const env = { MUSTER_URL: 'https://scim.example.com', PATH: folder };
    const unnamed = await muster(['tenants', 'list', '--entra'], { env });
    expect([unnamed.code, unnamed.stderr]).toEqual([2, expect.stringContaining('MUSTER_ENTRA_RESOURCE')]);
    const without = await muster(['tenants', 'list', '--entra'], {
      env: { ...env, MUSTER_ENTRA_RESOURCE: 'api://x' },
    });
    expect([without.code, without.stderr]).toEqual([
      1,
      'The Azure CLI (az) is not installed: install it, or use a function key.\n',
    ]);
  });
});

describe('a secret', () => {
  test.each(['--key', '--key=', '--token', '--secret='])(
    'is refused behind %s, and not repeated',
    async (flag) => {
      const option = flag.endsWith('=') ? [`${flag}${secret}`] : [flag, secret];
      const { code, stdout, stderr } = await muster(['tenants', 'list', ...option]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('Set MUSTER_FUNCTION_KEY, or name a file with --key-file FILE');
      expect(stderr).not.toContain(secret);
    },
  );

  test.skipIf(process.platform === 'win32')(
    'stands in no list of processes while a command runs',
    async () => {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const standIn = await startStandIn(() => held.then(() => tenants));
      const env = { MUSTER_URL: standIn.url, MUSTER_FUNCTION_KEY: secret };
      const running = startMuster(['tenants', 'list'], { env });
      await expect.poll(() => standIn.asked.length, { timeout: 20_000 }).toBe(1);
      const processes = execFileSync('ps', ['-ww', '-A', '-o', 'args'], { encoding: 'utf8' });
      release();
      expect(processes).toContain('dist/muster/main.js');
      expect(processes).not.toContain(secret);
      expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
      await standIn.close();
    },
  );
});
