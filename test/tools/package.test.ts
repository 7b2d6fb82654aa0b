import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forkEmulator } from '../emulator/cosmos-engine.ts';
import { emulatorKey } from '../emulator/vercel.ts';
import { serveApp } from './host/fixture-host.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'muster-package-test-'));
const sizeMax = 2_000_000;
const notices = 'dist/THIRD-PARTY-NOTICES.txt';

let output: string;
let archive: Buffer;
let files: readonly string[];
/** The same with packs and templates, whose files come last. */
let withMore: Buffer;

beforeAll(() => {
  output = packageApp('made');
  archive = archiveOf('made');
  files = unpack(archive, 'app');
  // Without the record of the last build, everything is bundled again.
  rmSync(join(root, 'dist/build.json'), { force: true });
  const welcome = { subject: 'Hi', text: ['Hi'], html: ['Hi'] };
  writeFile(join(folder, 'mails/welcome.json'), JSON.stringify(welcome));
  packageApp('more', '--packs', 'test/fixtures/packs', '--templates', join(folder, 'mails'));
  withMore = archiveOf('more');
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) =>
  execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
const packageApp = (to: string, ...more: string[]) =>
  run('tools/package.mjs', '--to', join(folder, to), ...more);
const archiveOf = (to: string) => readFileSync(join(folder, to, 'muster.zip'));

/** Unpacks an archive into a folder of its own; yields the paths in it. */
function unpack(archive: Buffer, name: string): readonly string[] {
  const entries = unzipSync(archive);
  for (const [path, content] of Object.entries(entries)) writeFile(join(folder, name, path), content);
  return Object.keys(entries);
}

/** The compressed files of an archive, and its directory without the record at its end, which has 22 bytes. */
function partsOf(zip: Buffer): readonly [contents: Buffer, directory: Buffer] {
  const end = zip.length - 22;
  const start = zip.readUInt32LE(end + 16);
  return [zip.subarray(0, start), zip.subarray(start, end)];
}

function writeFile(path: string, content: string | Uint8Array = ''): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

const namesOf = (listing: string) =>
  JSON.parse(listing).functions.map(({ name }: { name: string }) => name) as readonly string[];

describe('the package', () => {
  test('holds the bundle, its licences, host.json and a short package.json, and nothing else', () => {
    const entryPoints = files.filter((path) => path.startsWith('dist/functions/'));
    const chunks = files.filter((path) => path.startsWith('dist/chunks/'));
    expect([notices, ...chunks, ...entryPoints, 'host.json', 'package.json']).toEqual(files);
    expect([...chunks, ...entryPoints].filter((path) => !/^dist\/\w+\/[\w-]+\.js$/.test(path))).toEqual([]);
    expect(entryPoints).toContain('dist/functions/users.js');
    const whole = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const { name, version, type, main, engines } = whole;
    const short = JSON.parse(readFileSync(join(folder, 'app/package.json'), 'utf8'));
    expect(short).toEqual({ name, version, type, main, engines });
  });

  test('has at most 2 MB, and the command says how large it is and what it holds', () => {
    expect(archive.length).toBeLessThan(sizeMax);
    expect(output).toContain(`made/muster.zip  ${(archive.length / 1_000_000).toFixed(2)} MB`);
    expect(output).toContain(`made/package     ${files.length} files, `);
  });

  test('is the same, byte for byte, when it is made again', () => {
    const [contents, directory] = partsOf(archive);
    const [moreContents, moreDirectory] = partsOf(withMore);
    expect(moreContents.subarray(0, contents.length).equals(contents)).toBe(true);
    expect(moreDirectory.subarray(0, directory.length).equals(directory)).toBe(true);
  });

  test('D18: has beside it a list of the packages in it, each with its hash and licence', () => {
    const text = readFileSync(join(folder, 'made/muster.cdx.json'), 'utf8');
    const { bomFormat, metadata, components, dependencies } = JSON.parse(text);
    const named = [
      ...readFileSync(join(folder, 'app', notices), 'utf8').matchAll(/^(\S+) (\S+)\nLicence: /gm),
    ];
    const listed = components.map((one: { name: string; version: string }) => `${one.name}@${one.version}`);
    expect(listed.toSorted()).toEqual(named.map(([, name, version]) => `${name}@${version}`).toSorted());
    for (const { hashes, licenses } of components) {
      expect([hashes, licenses]).toEqual([
        [{ alg: 'SHA-512', content: expect.any(String) }],
        [{ license: { id: expect.stringMatching(/^[A-Z]/) } }],
      ]);
    }
    expect([bomFormat, metadata.component.name]).toEqual(['CycloneDX', '@muster-scim/muster']);
    const refs = dependencies.map(({ ref }: { ref: string }) => ref);
    expect(new Set(refs).size).toBe(refs.length);
    expect(text).not.toMatch(/timestamp|serialNumber/);
  });

  test('names every package that is bundled, with its version and the text of its licence', () => {
    const sources = files
      .filter((path) => path.endsWith('.js'))
      .flatMap((path) => [
        ...readFileSync(join(folder, 'app', path), 'utf8').matchAll(/^\/\/ (node_modules\/.+)$/gm),
      ]);
    const folders = sources.map(
      ([, path = '']) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? '',
    );
    const bundled = [...new Set(folders)].map((path) => {
      const { name, version } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
      return `${name} ${version}`;
    });
    const [, ...told] = readFileSync(join(folder, 'app', notices), 'utf8').split(/^-{80}$/m);
    const named = told.map((notice) => notice.trim().split('\n')[0]);
    expect(named).toEqual([...new Set(bundled)].sort());
    expect(named.length).toBeGreaterThan(30);
    const form =
      /^\S+ \d+\.\d+\.\d+\nLicence: (MIT|MIT-0|ISC|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense)\n\n.{400}/s;
    expect(told.filter((notice) => !form.test(notice.trim()))).toEqual([]);
  });

  test('registers the functions of npm start from a folder without node_modules', () => {
    const list = (...where: string[]) => namesOf(run('dist/host/list.js', ...where));
    const alone = list(join(folder, 'app'));
    expect(alone.length).toBeGreaterThan(0);
    expect(alone).toEqual(list());
  });

  test('answers SCIM from there, with its data on Cosmos DB', async () => {
    const { endpoint, child } = await forkEmulator();
    const host = await serveApp(join(folder, 'app'), {
      PUBLIC_BASE_URL: 'https://scim.example.com',
      COSMOS_ENDPOINT: endpoint,
      COSMOS_KEY: emulatorKey,
    });
    const send = async (path: string, init: RequestInit): Promise<Record<string, unknown>> =>
      JSON.parse(await (await fetch(host.baseUrl + path, init)).text());
    const manage = (path: string, body: object) =>
      send(path, {
        method: 'POST',
        headers: { 'x-functions-key': host.functionKey, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const { id } = await manage('/manage/tenants', { name: 'Packaged' });
    const { key } = await manage(`/manage/tenants/${id}/keys`, {});
    const list = await send('/scim/v2/Users', { headers: { authorization: `Bearer ${key}` } });
    expect(list).toMatchObject({ totalResults: 0 });
    expect(await host.end()).toBe(0);
    child.kill();
  });

  test('asks the platform for the token of its identity, as in Azure', async () => {
    const asked: { url: string; secret: unknown }[] = [];
    const platform = createServer(({ url = '', headers }, response) => {
      asked.push({ url, secret: headers['x-identity-header'] });
      response.end(JSON.stringify({ access_token: 'token', expires_on: '4102444800', token_type: 'Bearer' }));
    }).listen(0, '127.0.0.1');
    await once(platform, 'listening');
    const { port } = platform.address() as AddressInfo;
    const host = await serveApp(join(folder, 'app'), {
      PUBLIC_BASE_URL: 'https://scim.example.com',
      COSMOS_ENDPOINT: 'https://127.0.0.1:9',
      AZURE_CLIENT_ID: 'the-identity',
      KEY_VAULT_URI: 'https://127.0.0.1:9',
      IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/token`,
      IDENTITY_HEADER: 'of-the-platform',
    });
    expect((await fetch(`${host.baseUrl}/health`)).status).toBe(503);
    await expect.poll(host.output).toContain('connect ECONNREFUSED 127.0.0.1:9');
    expect(asked).toEqual([
      { url: expect.stringContaining('client_id=the-identity'), secret: 'of-the-platform' },
    ]);
    await host.end();
    platform.close();
  });

  test('takes packs and templates of mails along', () => {
    const more = ['packs/badges.json', 'templates/welcome.json'];
    expect(unpack(withMore, 'with-more')).toEqual([...files, ...more]);
  });

  test('says what is wrong with a pack', () => {
    writeFile(join(folder, 'broken/broken.json'), '{"id":1}');
    expect(() => packageApp('none', '--packs', join(folder, 'broken'))).toThrow(
      'The pack broken.json cannot be used',
    );
    expect(existsSync(join(folder, 'none/muster.zip'))).toBe(false);
  });

  test('says what is wrong with a template of mails', () => {
    const welcome = { subject: 1, text: ['Hi'], html: ['Hi'] };
    writeFile(join(folder, 'broken-mails/welcome.json'), JSON.stringify(welcome));
    expect(() => packageApp('no-mails', '--templates', join(folder, 'broken-mails'))).toThrow(
      'The template welcome.json cannot be used',
    );
    expect(existsSync(join(folder, 'no-mails/muster.zip'))).toBe(false);
  });
});

describe('what leaves by other ways', () => {
  const ignoreFile = join(root, '.funcignore');
  const ignored = readFileSync(ignoreFile, 'utf8');
  const copy = join(folder, 'copy');

  beforeAll(() => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    const untracked = ['.azure/prod/.env', '.muster/data.mdb', '.vscode/launch.json', 'coverage/index.html'];
    const installed = ['node_modules/.bin/tsc', 'node_modules/@azure/functions/package.json'];
    const built = files.filter((path) => path.startsWith('dist/'));
    const staged = files.map((path) => `dist/package/${path}`);
    const beside = [
      'dist/build.json',
      'dist/host/main.js',
      'dist/muster/main.js',
      'dist/muster.zip',
      ...staged,
    ];
    const maps = built.filter((path) => path.endsWith('.js')).map((path) => `${path}.map`);
    const local = ['local.settings.json', 'debug.log'];
    for (const path of [...tracked, ...untracked, ...installed, ...built, ...beside, ...maps, ...local]) {
      writeFile(join(copy, path));
    }
    execFileSync('git', ['init', '--quiet', copy]);
  });

  test('func azure functionapp publish sends the files of the package', () => {
    const args = ['ls-files', '--others', `--exclude-from=${ignoreFile}`];
    const sent = execFileSync('git', args, { cwd: copy, encoding: 'utf8' }).trim().split('\n');
    expect(sent.sort()).toEqual([...files].sort());
  });

  test('.funcignore has no pattern that git and Functions Core Tools read differently', () => {
    const patterns = ignored.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(patterns.filter((pattern) => !/^\/[\w./*-]*[\w*]$/.test(pattern))).toEqual([]);
  });

  test('azd deploys the staged folder as it is', () => {
    const azure = readFileSync(join(root, 'azure.yaml'), 'utf8');
    expect(azure).toMatch(/^ {4}dist: dist\/package$/m);
    expect(azure).toMatch(/^ {6}prepackage:$/m);
    expect(azure).toMatch(/^ {4}remoteBuild: false$/m);
    // With the folder's name in .funcignore azd refuses to deploy without a build in Azure.
    const args = ['-c', `core.excludesFile=${ignoreFile}`, 'check-ignore', '--no-index', 'node_modules'];
    expect(spawnSync('git', args, { cwd: copy }).status).toBe(1);
  });
});
