import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sourceFiles } from '../../../tools/house/source.ts';
import { toFields, toTable } from '../../../tools/muster/terminal/table.ts';
import { parseSince, showDuration, showTime } from '../../../tools/muster/terminal/times.ts';
import { type SharedEndpoint, shareEndpoint } from '../../support/shared-endpoint.ts';
import { environment, muster, startMuster } from './muster.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

// Processes start slowly while the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('a table', () => {
  const columns = { Name: ({ name }: { name: string }) => name, Id: () => 'id' };
  const table = (...names: readonly string[]) =>
    toTable(
      names.map((name) => ({ name })),
      columns,
    ).split('\n');

  test('is aligned, whatever names are made of', () => {
    expect(table('Anna', 'Zoë', 'Zoe\u0308', '日本', 'ﾊﾝｶｸ', '👩‍💻')).toEqual([
      'NAME  ID',
      'Anna  id',
      'Zoë   id',
      'Zoe\u0308   id',
      '日本  id',
      'ﾊﾝｶｸ  id',
      '👩‍💻    id',
    ]);
  });

  test('shows what a terminal would act on', () => {
    const hostile = [
      '\u001b[2J',
      '\u009b31m',
      'a\r\nb',
      '\u202eevil',
      '\u2066x',
      'a\u200bb',
      '\ud800',
      '\u{e0041}',
    ];
    const [, ...lines] = table(...hostile);
    expect(lines).toHaveLength(hostile.length);
    for (const line of lines) expect(line).toMatch(/^[ -~]+$/);
    expect(lines[2]).toMatch(/^a\\u000d\\u000ab +id$/);
  });

  const wide = {
    Id: () => 'jkcuzrgkmmqn',
    Name: ({ name }: { name: string }) => name,
    'E-mail': ({ name }: { name: string }) => `${name}@example.com`,
    Made: () => 'over SCIM',
  };
  const columnsOf = (line: string) => [...line].reduce((sum, one) => sum + (one === '日' ? 2 : 1), 0);

  test.each([200, 120, 100, 80, 79, 61, 54, 53, 40, 20])('C4: fits a terminal of %i columns', (width) => {
    const names = ['Anna', 'x'.repeat(100_000), 'a b '.repeat(400), '日'.repeat(500), ''];
    const text = toTable(
      names.map((name) => ({ name })),
      wide,
      width,
    );
    const lines = text.split('\n');
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(Math.max(width, 22));
    expect(text.match(/jkcuzrgkmmqn/g)).toHaveLength(names.length);
    expect(text).toContain('…');
    if (width >= 54) expect(lines).toHaveLength(names.length + 1);
  });

  test('C4: is not cut if it fits, or if the results go to a file', () => {
    const rows = [{ name: 'Anna' }, { name: 'Zoë' }];
    expect(toTable(rows, wide, 80)).toBe(toTable(rows, wide));
    expect(toTable([{ name: 'x'.repeat(5_000) }], wide)).toContain('x'.repeat(5_000));
  });

  test('leaves out fields that there are not', () => {
    expect(
      toFields([
        ['A', '1'],
        ['Long', undefined],
        ['BCD', '2'],
      ]),
    ).toBe('A    1\nBCD  2');
  });
});

describe('times', () => {
  const now = Date.parse('2026-01-31T12:00:00Z');

  test.each([
    ['2026-01-31T12:00:00Z', 'in 0 seconds'],
    ['2026-01-31T11:58:40Z', '1 minute ago'],
    ['2026-01-31T12:59:40Z', 'in 1 hour'],
    ['2026-01-31T15:59:59Z', 'in 4 hours'],
    ['2026-03-02T11:59:59Z', 'in 30 days'],
    ['2026-03-02T12:00:00Z', 'in 30 days'],
  ])('of %s are shown with how far they are: %s', (instant, hint) => {
    expect(showTime(instant, now)).toMatch(
      new RegExp(`^2026-0\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\(${hint}\\)$`),
    );
  });

  test('are local', async () => {
    const standIn = await startStandIn(({ url }) => ({
      status: 200,
      body: url.endsWith('/keys')
        ? { keys: [{ id: 'k', label: '', issuer: '', status: 'active', created: at, expires: at }] }
        : { id: '0', name: 'a', identifier: 'a' },
    }));
    const at = '2030-07-01T12:00:00.000Z';
    const env = { MUSTER_URL: standIn.url, MUSTER_FUNCTION_KEY: 'key', TZ: 'Asia/Tokyo' };
    expect((await startMuster(['keys', 'list', '0'], { env }).ended).stdout).toContain(
      '2030-07-01 21:00:00 (in ',
    );
    await standIn.close();
  });

  test('since when are told by a length or by a time', () => {
    expect(parseSince('90s', now)).toBe('2026-01-31T11:58:30.000Z');
    expect(parseSince('1h', now)).toBe('2026-01-31T11:00:00.000Z');
    expect(parseSince('2w', now)).toBe('2026-01-17T12:00:00.000Z');
    expect(parseSince('2026-01-01T00:00:00+01:00', now)).toBe('2025-12-31T23:00:00.000Z');
    expect(() => parseSince('yesterday', now)).toThrow('--since needs 90s');
  });

  test('that something takes are rounded', () => {
    expect([4.4, 65, 3_660].map(showDuration)).toEqual(['4 s', '1 min 5 s', '1 h 1 min']);
  });
});

describe('a name that would act on the terminal', () => {
  const name = 'Evil\u001b]0;owned\u0007\u202e\u009b2J';
  let endpoint: SharedEndpoint;
  beforeAll(async () => {
    endpoint = await shareEndpoint();
    const created = await endpoint.manage('POST', '/manage/tenants', { name, identifier: 'Evil' });
    expect(created.status).toBe(201);
  });

  const acts = /(?!\n)[\p{Cc}\p{Cf}]/u;

  test.each([
    ['tenants', 'list'],
    ['tenants', 'show', 'Evil'],
    ['status', 'Evil'],
    ['tenants', 'disable', 'Evil'],
  ])('does not in: muster %s %s', async (...args) => {
    const env = { MUSTER_URL: endpoint.baseUrl, MUSTER_FUNCTION_KEY: endpoint.functionKey };
    const { code, stdout, stderr } = await muster(args.filter(Boolean), { env });
    expect(code).toBe(0);
    expect(stdout).toContain('Evil\\u001b]0;owned\\u0007\\u202e\\u009b2J');
    expect(`${stdout}${stderr}`).not.toMatch(acts);
  });

  test('means the same in JSON, where it does not either', async () => {
    const env = { MUSTER_URL: endpoint.baseUrl, MUSTER_FUNCTION_KEY: endpoint.functionKey };
    const { stdout } = await muster(['tenants', 'show', 'Evil', '--json'], { env });
    expect(JSON.parse(stdout).name).toBe(name);
    expect(stdout).not.toMatch(acts);
  });
});

test('D9: nothing but the terminal writes', () => {
  const others = sourceFiles('tools/muster').filter(({ path }) => !path.startsWith('tools/muster/terminal/'));
  const written = others.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line) => (/\bconsole\.|(stdout|stderr)\.write/.test(line) ? [`${path}:${line}`] : [])),
  );
  expect(written).toEqual([
    'tools/muster/program.ts:      writeOut: (text) => stdout.write(text),',
    'tools/muster/program.ts:      writeErr: (text) => stderr.write(text),',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of code
    'tools/muster/run.ts:      surroundings.stderr.write(`${cleanText(error.message)}\\n`);',
  ]);
});

describe('output', () => {
  test('that nobody reads any more ends the command without a word', async () => {
    const many = Array.from({ length: 20_000 }, (_, n) => ({ id: `k${n}`, status: 'active' }));
    const standIn = await startStandIn(({ url }) => ({
      status: 200,
      body: url.endsWith('/keys') ? { keys: many } : { id: '0', name: 'a', identifier: 'a' },
    }));
    const env = { MUSTER_URL: standIn.url, MUSTER_FUNCTION_KEY: 'key' };
    const running = startMuster(['keys', 'list', '0', '--json'], { env });
    await once(running.child.stdout, 'data');
    running.child.stdout.destroy();
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
    await standIn.close();
  });

  test('to a file or a pipe has no colours and no moves of the cursor', async () => {
    const { stdout, stderr } = await startMuster(['policy', 'show', 'signl4'], {
      env: { FORCE_COLOR: '1' },
    }).ended;
    expect(`${stdout}${stderr}`).not.toContain('\u001b');
  });
});

/** A terminal of its own for the command, from util-linux. */
const hasTerminals = process.platform === 'linux' && existsSync('/usr/bin/script');

describe.skipIf(!hasTerminals)('on a terminal', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    const contoso = { id: '0', name: 'Contoso', identifier: 'Contoso', policy: { endpoint: {} } };
    const status = { status: 200, body: { tenants: [contoso] } };
    standIn = await startStandIn(({ method }) => (method === 'DELETE' ? { status: 204 } : status));
  });
  afterAll(() => standIn.close());

  /** Enters a text once the command asks, and yields all that is to be seen and the exit code. */
  async function type(args: string, { asks, enter }: { asks: string; enter: string }, env: object) {
    const command = `${process.execPath} dist/muster/main.js ${args}`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: root,
      env: environment({ MUSTER_URL: standIn.url, ...env }),
    });
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
    });
    await expect.poll(() => seen, { timeout: 20_000 }).toContain(asks);
    child.stdin.write(enter);
    const [code] = await once(child, 'close');
    return { seen, code };
  }

  test('the function key is asked for, and not shown', async () => {
    const enter = 'canary-of-the-kez\u007fy\r';
    const { seen, code } = await type('tenants list', { asks: 'Function key: ', enter }, {});
    expect([code, seen]).toEqual([0, expect.stringContaining('Contoso')]);
    expect(seen).not.toContain('canary');
    expect(standIn.asked.at(-1)?.headers['x-functions-key']).toBe('canary-of-the-key');
  });

  test('Ctrl-C where the key is asked for ends with 130', async () => {
    const { seen, code } = await type('tenants list', { asks: 'Function key: ', enter: '\u0003' }, {});
    expect([code, seen]).toEqual([130, expect.stringContaining('Nothing was entered.')]);
  });

  test.each([
    ['tenants delete evil', 'identifier (evil): '],
    ['tenants end-synchronization evil', 'identifier (evil): '],
    ['convert-logins evil', 'Type yes to continue: '],
  ])('D9: the question of "%s" escapes the name of the tenant', async (command, asks) => {
    const evil = {
      id: '0',
      name: 'Evil\u001b]0;owned\u0007\u202e\u009b2J\nNew',
      identifier: 'evil',
      policy: {},
    };
    const page = { ...evil, accounts: {}, converted: 1, unchanged: 0, clashes: [] };
    const hostile = await startStandIn(() => ({ status: 200, body: page }));
    const env = { MUSTER_URL: hostile.url, MUSTER_FUNCTION_KEY: 'key' };
    const { seen } = await type(command, { asks, enter: 'no\r' }, env);
    await hostile.close();
    expect(seen).toContain('Evil\\u001b]0;owned\\u0007\\u202e\\u009b2J\\u000aNew');
    for (const acts of ['\u001b]', '\u0007', '\u202e', '\u009b']) expect(seen).not.toContain(acts);
  });

  test('the identifier of a tenant is asked for before it is deleted', async () => {
    const env = { MUSTER_FUNCTION_KEY: 'key' };
    const remove = 'tenants delete Contoso';
    const wrong = await type(remove, { asks: 'identifier (Contoso): ', enter: 'yes\r' }, env);
    expect([wrong.code, wrong.seen]).toEqual([1, expect.stringContaining('Nothing was deleted')]);
    expect(standIn.asked.some(({ method }) => method === 'DELETE')).toBe(false);
    const right = await type(remove, { asks: 'identifier (Contoso): ', enter: 'Contoso\r' }, env);
    expect(right.code).toBe(0);
    expect(standIn.asked.at(-1)).toMatchObject({
      method: 'DELETE',
      url: '/manage/tenants/0?confirm=Contoso',
    });
  });
});
