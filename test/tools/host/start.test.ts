import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Endpoint, scim, startEndpoint } from '../../support/endpoint.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'muster-start-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the start command until it ends by itself. */
function start(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/start.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 25_000,
  });
  return { status, stdout, stderr };
}

function connectionIn(data: string): { tenantUrl: string; secretToken: string } {
  return JSON.parse(readFileSync(join(data, 'connection.json'), 'utf8'));
}

/** The local addresses, in hexadecimal, at which a process listens; Linux only. */
function listenersOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  const sockets = new Set(
    readdirSync(folder).map((name) => /\d+/.exec(readlinkSync(join(folder, name)))?.[0]),
  );
  const listening = '0A';
  return ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === listening && sockets.has(inode))
      .map(([, address = '']) => address.split(':')[0] ?? ''),
  );
}

describe('npm start', () => {
  test('prints the two values, keeps them for their owner only, and uses them again', async () => {
    const data = join(folder, 'kept');
    const first = await startEndpoint({ data });
    expect(first.output().split('\n')).toEqual(
      expect.arrayContaining([`Tenant URL    ${first.baseUrl}/scim/v2`, `Secret token  ${first.token}`]),
    );
    // C7: the last line is the next step.
    expect(first.output()).toMatch(/^Next: npm run muster -- status \S+ shows the tenant\. The README/m);
    expect(connectionIn(data)).toEqual({ tenantUrl: first.tenantUrl, secretToken: first.token });
    expect(first.output()).not.toContain('warning');
    for (const name of ['connection.json', 'endpoint.json', 'functionKey']) {
      expect(statSync(join(data, name)).mode & 0o777).toBe(0o600);
    }
    const created = await scim(first, 'POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'kept@example.com',
    });
    expect(await first.stop()).toBe(0);

    const second = await startEndpoint({ data });
    expect(second.token).toBe(first.token);
    expect(connectionIn(data).tenantUrl).toBe(`${second.baseUrl}/scim/v2`);
    expect((await scim(second, 'GET', `/Users/${created.body.id}`)).body.userName).toBe('kept@example.com');
    await second.stop();
  });

  test('issues a new token when the kept one no longer works', async () => {
    const data = join(folder, 'revoked');
    const first = await startEndpoint({ data });
    const [, keyId] = first.token.split('_');
    const [tenant] = (await first.manage('GET', '/manage/tenants')).body.tenants;
    expect((await first.manage('DELETE', `/manage/tenants/${tenant.id}/keys/${keyId}`)).status).toBe(204);
    await first.stop();

    const second = await startEndpoint({ data });
    expect(second.token).not.toBe(first.token);
    expect((await scim(second, 'GET', '/Users?count=0')).status).toBe(200);
    expect((await second.manage('GET', '/manage/tenants')).body.tenants).toHaveLength(1);
    await second.stop();
  });

  test('leaves the tenants that operators made alone', async () => {
    const data = join(folder, 'theirs');
    const first = await startEndpoint({ data });
    const [made] = (await first.manage('GET', '/manage/tenants')).body.tenants;
    const theirs = await first.createTenant({ name: 'Contoso', policy: { keys: { replaces: true } } });
    await first.manage('DELETE', `/manage/tenants/${made.id}?confirm=${made.name}`);
    await first.stop();

    const second = await startEndpoint({ data });
    const known = { tenantUrl: `${second.baseUrl}/scim/v2`, token: theirs.token };
    expect((await scim(known, 'GET', '/Users?count=0')).status).toBe(200);
    const { tenants } = (await second.manage('GET', '/manage/tenants')).body;
    expect(tenants.map(({ name }: { name: string }) => name).toSorted()).toEqual(['Contoso', 'Default']);
    await second.stop();
  });

  test('starts for all others while the default tenant is disabled, and issues no key for it', async () => {
    const data = join(folder, 'disabled');
    const first = await startEndpoint({ data });
    const [{ id }] = (await first.manage('GET', '/manage/tenants')).body.tenants;
    await first.manage('PATCH', `/manage/tenants/${id}`, { enabled: false });
    await first.stop();
    for (let starts = 0; starts < 2; starts += 1) {
      const again = await startEndpoint({ data });
      expect(again.output()).toContain(`npm run muster -- tenants enable ${id}`);
      expect((await again.manage('GET', `/manage/tenants/${id}/keys`)).body.keys).toHaveLength(1);
      await again.stop();
    }
  });

  test('leaves what it wrote to the one that runs when a second shares its data', async () => {
    const data = join(folder, 'shared');
    const first = await startEndpoint({ data });
    const second = await startEndpoint({ data });
    expect(second.token).toBe(first.token);
    expect(connectionIn(data).tenantUrl).toBe(first.tenantUrl);
    expect(second.output()).toContain(`which the endpoint at ${first.baseUrl} uses too`);
    await first.stop();
    await second.stop();
  });

  test.skipIf(process.platform === 'win32')(
    'D17: takes secrets away from other users, and says so',
    async () => {
      const data = join(folder, 'shared');
      await (await startEndpoint({ data })).stop();
      const secrets = ['functionKey', 'connection.json', 'endpoint.json'];
      for (const name of secrets) chmodSync(join(data, name), 0o644);
      mkdirSync(join(data, 'mail'), { mode: 0o755 });
      const endpoint = await startEndpoint({ data });
      await endpoint.stop();
      expect(secrets.map((name) => statSync(join(data, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
      expect(statSync(join(data, 'mail')).mode & 0o777).toBe(0o700);
      expect(endpoint.output()).toContain(
        `could read ${secrets.join(', ')}, mail in ${data}. Now they cannot.`,
      );
    },
  );

  test('goes on without the reader of its output, and stops with its parent', async () => {
    const args = ['--memory', '--port', '0'];
    const child = fork(join(root, 'dist/host/main.js'), args, { silent: true, execArgv: [] });
    const [{ tenantUrl }] = await once(child, 'message');
    child.stdout?.destroy();
    child.stderr?.destroy();
    const headers = { authorization: 'Bearer none' };
    for (let sent = 0; sent < 3; sent += 1) {
      // Each refusal is a line in the log.
      expect((await fetch(`${tenantUrl}/Users`, { headers })).status).toBe(401);
    }
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe('npm start with --memory, which writes nothing', () => {
  let cwd: readonly string[];
  let endpoint: Endpoint;
  beforeAll(async () => {
    cwd = readdirSync(root);
    endpoint = await startEndpoint({ env: { MUSTER_DATA: join(folder, 'unused') } });
  });
  afterAll(async () => {
    expect(await endpoint.stop()).toBe(0);
    expect(readdirSync(root)).toEqual(cwd);
    expect(readdirSync(folder)).not.toContain('unused');
  });

  test.skipIf(process.platform !== 'linux')('D7: listens on the loopback address only', () => {
    expect(listenersOf(Number(endpoint.pid))).toEqual(['0100007F', '0100007F']);
  });

  test('guards its management API with the function key', async () => {
    expect((await fetch(`${endpoint.baseUrl}/manage/tenants`)).status).toBe(401);
    const { tenantUrl, token } = await endpoint.createTenant({ name: 'Second', profile: 'rfc' });
    expect((await scim({ tenantUrl, token }, 'GET', '/Users')).body.totalResults).toBe(0);
  });
});

test('npm start refuses a wrong option with exit code 2', () => {
  const { status, stdout, stderr } = start('--port', 'x');
  expect([status, stdout, stderr]).toEqual([
    2,
    '',
    '--port needs a number from 0 to 65535, not "x": 0 means any free port.\n',
  ]);
});

describe('npm start refuses with one sentence and exit code 1', () => {
  test('an empty name of the data folder', () => {
    const { status, stderr } = start('--data', '');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^--data needs .+\n$/)]);
  });

  test('a busy port', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const address = blocker.address();
    const port = String(typeof address === 'object' && address?.port);
    const { status, stdout, stderr } = start('--memory', '--port', port);
    blocker.close();
    expect([status, stdout, stderr]).toEqual([
      1,
      '',
      `Port ${port} is in use: stop the program that uses it, or choose another with --port N.\n`,
    ]);
  });

  test('a file in the place of the data folder', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { status, stderr } = start('--data', file, '--port', '0');
    expect([status, stderr]).toEqual([
      1,
      `The data folder ${file} cannot be used (there is a file in its place): ` +
        'choose another with --data DIR.\n',
    ]);
  });

  test.skipIf(process.getuid?.() === 0)('a data folder that may not be written to', () => {
    const data = mkdtempSync(join(folder, 'locked-'));
    chmodSync(data, 0o500);
    const { status, stderr } = start('--data', data, '--port', '0');
    expect([status, stderr]).toEqual([1, expect.stringContaining('it is not writable')]);
  });

  test.skipIf(process.platform !== 'linux')('a data folder that cannot be made', () => {
    const { status, stderr } = start('--data', '/proc/nope/deeper', '--port', '0');
    expect([status, stderr]).toEqual([1, expect.stringContaining('it cannot be created there')]);
  });

  test.each([
    { kept: 'endpoint.json', database: ['data.mdb', 'lock.mdb'] },
    { kept: 'endpoint.json', database: ['lock.mdb'] },
    { kept: 'connection.json', database: [] },
  ])('D14: an empty database $database although $kept is there', ({ kept, database }) => {
    const data = mkdtempSync(join(folder, 'lost-'));
    for (const name of [kept, ...database]) writeFileSync(join(data, name), '');
    const { status, stdout, stderr } = start('--data', data, '--port', '0');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^\S+data\.mdb is empty or gone, although the folder has \S+ of an earlier start: .+\n$/,
    );
    expect(readdirSync(data).sort()).toEqual([kept, ...database].sort());
  });

  test.skipIf(process.platform === 'win32')('D14: a disk on which nothing can be written', () => {
    const data = mkdtempSync(join(folder, 'full-'));
    const limited = 'ulimit -f 0; exec "$0" tools/start.mjs --port 0 --data "$1"';
    const { status, stderr } = spawnSync('bash', ['-c', limited, process.execPath, data], {
      cwd: root,
      encoding: 'utf8',
    });
    const advice = 'make room on its disk, or choose another folder with --data DIR';
    expect([status, stderr]).toEqual([
      1,
      `The data folder ${data} could not be written (EFBIG: file too large, write): ${advice}.\n`,
    ]);
    expect(readdirSync(data)).toEqual([]);
  });

  test('a corrupt database', () => {
    const data = mkdtempSync(join(folder, 'corrupt-'));
    writeFileSync(join(data, 'data.mdb'), 'this is no database'.repeat(1000));
    const { status, stderr } = start('--data', data, '--port', '0');
    expect([status, stderr.trim().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(new RegExp(`${data}.*--data DIR`));
  });

  test('a Node that is too old', () => {
    const script = "Object.defineProperty(process.versions, 'node', { value: '18.20.1' });";
    const preload = `data:text/javascript,${encodeURIComponent(script)}`;
    const args = ['--import', preload, 'tools/start.mjs', '--memory'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect([status, stderr]).toEqual([
      1,
      'Muster needs Node 20.19 or newer, and this is Node 18.20.1: install a newer one.\n',
    ]);
  });
});
