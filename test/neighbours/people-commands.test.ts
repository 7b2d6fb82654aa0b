import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { glob } from 'tinyglobby';
import { afterAll, describe, expect, test } from 'vitest';
import { startEndpoint } from '../support/endpoint.ts';
import { type Ended, muster, words } from '../tools/muster/muster.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'muster-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a script of the repository in a process of its own. */
function script(name: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [name, ...args],
      { cwd: root, timeout: 20_000 },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('C7: npm start helps', () => {
  test.each(['--help --port 80', '--memory -h', '--data x -h'])('%s', async (line) => {
    const { code, stdout, stderr } = await script('tools/start.mjs', ...words(line));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^npm start .*--port.*--data.*--memory.*Example/s);
  });

  test.each<[line: string, told: string]>([
    ['--port abc', '--port'],
    ['--port 65536', '--port'],
    ['--port', '--port'],
    ['--data', '--data'],
    ['--memry', '--memory'],
    ['--hlep', '--help'],
    ['memory', 'memory'],
    ['--memory --data x', '--memory'],
  ])('and names what is wrong: %s', async (line, told) => {
    const { code, stdout, stderr } = await script('tools/start.mjs', ...words(line));
    expect([code, stdout], stderr).toEqual([2, '']);
    expect(stderr).toContain(told);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('and ends with the next step', async () => {
    const endpoint = await startEndpoint();
    await expect.poll(endpoint.output, { interval: 5 }).toMatch(/next/i);
    const lines = endpoint.output().trim().split('\n');
    const next = lines.findIndex((line) => /^next/i.test(line));
    expect(next, endpoint.output()).toBeGreaterThan(lines.findIndex((line) => line.includes('Secret token')));
    await endpoint.stop();
  });
});

describe('C8: a fault in a pack is told with its file and place', () => {
  const good = { id: 'p', description: 'P', schemas: [], resourceTypes: [], extensions: [] };
  const attribute = { name: 'a', description: 'A.' };
  const schema = { id: 'urn:example:A', name: 'A', description: 'A', attributes: [attribute] };
  const pack = (change: object) => JSON.stringify({ ...good, ...change });

  async function check(content: string | Buffer, name = 'broken.json'): Promise<string> {
    const packs = mkdtempSync(join(folder, 'packs-'));
    writeFileSync(join(packs, name), content);
    writeFileSync(join(packs, 'policy.json'), '{}');
    const policy = join(folder, 'policy.json');
    writeFileSync(policy, '{}');
    rmSync(join(packs, 'policy.json'));
    const { code, stdout, stderr } = await muster(['policy', 'check', policy, '--packs', packs]);
    expect(code, stdout + stderr).toBeGreaterThan(0);
    expect(stdout + stderr).not.toMatch(/^ +at |cannot read folder/m);
    return stdout + stderr;
  }

  test.each<[string, content: string, place: RegExp]>([
    ['a comma too many', '{\n  "id": "p",\n}', /line 3|3:1/],
    ['a missing brace', '{\n  "id": "p"\n', /line [23]|[23]:\d/],
    ['a missing comma', '{\n  "id": "p"\n  "x": 1}', /line 3|3:\d/],
    ['single quotes', "{\n\n  'id': 'p'}", /line 3|3:3/],
    ['a comment', '{ // words\n}', /line 1|1:3/],
    ['nothing', '', /line 1|1:1|empty/],
    ['a broken text', '{\r\n  "id": "p\r\n"}', /line 2|2:\d/],
    ['NaN', '{"id": NaN}', /line 1|1:\d/],
    ['more after its end', '{}\n{}', /line 2|2:1/],
    ['an unquoted name', '{\n\tid: "p"}', /line 2|2:\d/],
  ])('broken JSON: %s', async (_, content, place) => {
    const told = await check(content);
    expect(told).toContain('broken.json');
    expect(told).toMatch(place);
  });

  test.each<[string, content: string, place: RegExp]>([
    ['a list', '[]', /object/],
    ['a text', '"p"', /object/],
    ['no id', pack({ id: undefined }), /\bid\b/],
    ['an unknown name', pack({ schemes: [] }), /schemes/],
    ['schemas that are no list', pack({ schemas: {} }), /schemas/],
    [
      'an attribute without a name',
      pack({ schemas: [{ ...schema, attributes: [{}] }] }),
      /schemas.0.*attributes.0.*name/,
    ],
    [
      'an unknown type',
      pack({ schemas: [{ ...schema, attributes: [{ ...attribute, type: 'txt' }] }] }),
      /type/,
    ],
    [
      'a resource type without its schema',
      pack({
        schemas: [schema],
        resourceTypes: [{ name: 'B', endpoint: '/Bs', description: 'B', schema: 'urn:example:B' }],
      }),
      /urn:example:B/,
    ],
    [
      'an extension of nothing',
      pack({ schemas: [schema], extensions: [{ resourceType: 'X', schema: schema.id }] }),
      /X/,
    ],
    [
      'a schema of Muster',
      pack({ schemas: [{ ...schema, id: 'urn:ietf:params:scim:schemas:core:2.0:User' }] }),
      /core:2\.0:User/,
    ],
  ])('a wrong pack: %s', async (_, content, place) => {
    const told = await check(content);
    expect(told).toContain('broken.json');
    expect(told).toMatch(place);
  });

  test('bytes that are no UTF-8, a folder in place of a file, and no folder at all', async () => {
    expect(await check(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toContain('broken.json');
    const packs = mkdtempSync(join(folder, 'packs-'));
    mkdirSync(join(packs, 'dir.json'));
    const policy = join(folder, 'policy.json');
    writeFileSync(policy, '{}');
    for (const [given, named] of [
      [packs, 'dir.json'],
      [join(folder, 'nowhere'), 'nowhere'],
    ] as const) {
      const { code, stdout, stderr } = await muster(['policy', 'check', policy, '--packs', given]);
      expect(code, stdout + stderr).toBeGreaterThan(0);
      expect(stdout + stderr).toContain(named);
    }
  });

  test('a broken policy file is told alike', async () => {
    const policy = join(folder, 'broken-policy.json');
    for (const [content, place] of [
      ['{\n  "keys": {,}\n}', /line 2|2:\d/],
      ['{\n  "keys": {\n', /line [23]|[23]:\d/],
      ['', /empty|line 1|1:1/],
    ] as const) {
      writeFileSync(policy, content);
      const { code, stdout, stderr } = await muster(['policy', 'check', policy]);
      expect(code).toBeGreaterThan(0);
      expect(stdout + stderr).toContain('broken-policy.json');
      expect(stdout + stderr).toMatch(place);
    }
  });
});

describe('C10: nobody is led to the package of a stranger', () => {
  const tracked = [
    '*.{md,json,yaml,yml,mjs}',
    '{docs,tools,lib,functions,infra,.github}/**/*.{md,ts,mjs,json,yaml,yml,bicep}',
  ];
  const texts = async (): Promise<readonly (readonly [string, string])[]> =>
    (await glob(tracked, { cwd: root, dot: true, ignore: ['node_modules/**', 'package-lock.json'] })).map(
      (path) => [path, readFileSync(join(root, path), 'utf8')],
    );

  test.each([
    /\bnpx\b/,
    /\bnpm exec\b(?! -- tsx)/,
    /\bpnpm dlx\b/,
    /\byarn dlx\b/,
    /\bbunx\b/,
    /\bnpm (i|install|add)( -\S+)* muster\b/,
    /\byarn (global )?add muster\b/,
    /\bnpm link muster\b/,
    /registry\.npmjs\.org\/muster\b/,
    /npmjs\.com\/package\/muster\b/,
    /"muster": *"[\^~]?\d/,
    /from ['"]muster['"]/,
  ])('by %s', async (pattern) => {
    const found = (await texts()).filter(([, content]) => pattern.test(content)).map(([path]) => path);
    expect(found).toEqual([]);
  });

  test('the package is scoped and private, and its lock file agrees', () => {
    const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
    const { name, private: isPrivate } = read('package.json');
    expect([name, isPrivate]).toEqual([expect.stringMatching(/^@[\w-]+\/muster$/), true]);
    expect(read('package-lock.json').packages[''].name).toBe(name);
    expect(Object.keys(read('package-lock.json').packages)).not.toContain('node_modules/muster');
  });

  test('every command that is proposed runs what is in the clone', async () => {
    const { stdout } = await muster(['--help']);
    expect(stdout.replace('Usage: muster', '')).not.toMatch(/^ *\$? ?muster \w/m);
    const missing = await muster(['tenants', 'list', '--data', join(folder, 'none')]);
    expect(missing.stderr).toMatch(/npm start/);
    for (const line of missing.stderr.split('\n')) expect(line).not.toMatch(/(^|run )muster \w/);
  });
});

describe('C12: the pages say what has not been tried', () => {
  const pages = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md'];
  const textOf = (path: string) => readFileSync(join(root, path), 'utf8');

  test.each<[path: string, sentence: RegExp]>([
    ['README.md', /## Status[\s\S]*nobody has run Muster in a real Azure subscription yet/],
    ['README.md', /no bill has confirmed it/],
    ['docs/deploy.md', /^[\s\S]{0,600}nobody has deployed them into a real Azure\s+subscription/],
    ['docs/deploy.md', /Nobody has tried these commands in a subscription yet/],
  ])('%s: %s', (path, sentence) => {
    expect(textOf(path)).toMatch(sentence);
  });

  test('the status comes before the first step, and each page that deploys leads to it or says so', async () => {
    const readme = textOf('README.md');
    expect(readme.indexOf('## Status')).toBeGreaterThan(0);
    expect(readme.indexOf('## Status')).toBeLessThan(readme.indexOf('## Run'));
    expect(readme).toContain('(docs/deploy.md');
  });

  test.each([
    /production[- ]ready/i,
    /battle[- ]tested/i,
    /proven in/i,
    /runs? in production/i,
    /in production (at|for|since)/i,
    /(tested|verified|measured|tried) (in|on) (a real )?Azure\b(?!'s)/i,
    /certified (by|for)/i,
    /trusted by/i,
    /(thousands|hundreds) of customers/i,
    /99\.9/,
    /enterprise[- ]grade/i,
  ])('no page claims %s', async (claim) => {
    const all = [...pages, ...(await glob('docs/**/*.md', { cwd: root }))];
    expect(all.filter((path) => claim.test(textOf(path)))).toEqual([]);
  });
});
