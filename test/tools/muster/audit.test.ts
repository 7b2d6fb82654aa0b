import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { recordOperations, recordOutcomes } from '../../../lib/manage/record-words.ts';
import { clientOf } from '../../api/client.ts';
import { startEndpoint } from '../../support/endpoint.ts';
import { muster, startMuster } from './muster.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

// Processes start slowly while the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

interface AuditRecord {
  readonly id: string;
  readonly at: string;
  readonly [name: string]: unknown;
}

const start = Date.parse('2026-01-31T12:00:00.000Z');

function recordAt(second: number, facts: object = {}): AuditRecord {
  const at = new Date(start + second * 1_000).toISOString();
  const about = { resourceType: 'User', resource: `u${second}`, outcome: 'done', credential: 'k1' };
  return { id: `r${second}`, at, operation: 'create', ...about, ...facts };
}

/** Answers as the audit trail does: pages of 100, the newest first, from a time on. */
async function startTrail(records: AuditRecord[], runs: readonly object[] = []): Promise<StandIn> {
  return startStandIn(({ url }) => {
    const { pathname, searchParams } = new URL(url, 'http://stand-in');
    if (pathname.endsWith('/runs')) return { status: 200, body: { runs } };
    if (!pathname.endsWith('/audit')) return { status: 200, body: { id: '0', name: 'Contoso' } };
    const from = searchParams.get('from') ?? '';
    const all = records.toSorted((a, b) => (a.at < b.at ? 1 : -1)).filter(({ at }) => at >= from);
    const first = Number(searchParams.get('after') ?? 0);
    const next = first + 100 < all.length ? { next: String(first + 100) } : {};
    return { status: 200, body: { records: all.slice(first, first + 100), ...next } };
  });
}

let trail: StandIn;
afterEach(() => trail.close());

const envOf = ({ url }: StandIn) => ({ MUSTER_URL: url, MUSTER_FUNCTION_KEY: 'key' });
const run = (...args: readonly string[]) => muster(args, { env: envOf(trail) });
/** Runs a command in a process of its own, whose time zone is UTC. */
const runInUtc = (...args: readonly string[]) => startMuster(args, { env: envOf(trail) }).ended;
const queries = () =>
  trail.asked.flatMap(({ url }) => {
    const [path = '', query = ''] = url.split('?');
    return path.endsWith('/audit') ? [Object.fromEntries(new URLSearchParams(query))] : [];
  });

describe('muster audit', () => {
  test('shows the newest 100 records, whatever they hold', async () => {
    trail = await startTrail(
      Array.from({ length: 250 }, (_, n) => recordAt(n, { status: 200 + n, fired: ['q'] })),
    );
    const { code, stdout, stderr } = await runInUtc('audit', '0');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(101);
    expect(lines[0]).toMatch(/^TIME +OPERATION +RESOURCE +OUTCOME +CREDENTIAL +DETAILS$/);
    expect(lines[1]).toMatch(
      /^2026-01-31 12:04:09 \(.+\) +create +User u249 +done +k1 +status=449 fired=\["q"\]$/,
    );
    const all = JSON.parse((await run('audit', '0', '--limit', '230', '--json')).stdout).records;
    expect(all.map(({ id }: AuditRecord) => id)).toEqual(
      Array.from({ length: 230 }, (_, n) => `r${249 - n}`),
    );
  });

  test('passes filters and times on', async () => {
    trail = await startTrail([]);
    const filters = ['--operation', 'create', '--outcome', 'refused', '--resource', 'u1', '--run', 'run:1'];
    const { stdout } = await run('audit', '0', ...filters, '--credential', 'k1', '--since', '1h');
    expect(stdout).toBe('There are no such records.\n');
    const [{ from = '', ...rest } = {}] = queries();
    expect(rest).toEqual({
      ...{ operation: 'create', outcome: 'refused', resource: 'u1', run: 'run:1', credential: 'k1' },
    });
    expect(Math.abs(Date.parse(from) - (Date.now() - 3_600_000))).toBeLessThan(60_000);
  });

  test.each([
    ['--outcome refuse', /Allowed choices are done, refused, .+\. Did you mean refused\? --help/],
    ['--outcome REFUSED', /Allowed choices are done/],
    ['--outcome noLicense', /Did you mean noLicence\?/],
    ['--outcome x', /Allowed choices are done, refused[^?]+\n$/],
    ['--operation creat', /Did you mean create\?/],
    ['--operation deleted', /Did you mean delete\?/],
    ['--since 1h --from 2h', /^Use either --since or --from/],
    ['--since 1h --until 2h', /^--until must be a later time/],
    ['--until yesterday', /^--until needs 90s/],
    ['--from x', /^--from needs 90s/],
    ['--follow --until 1h', /^Use either --follow or --until/],
  ])('C3: refuses %s and asks nothing', async (options, message) => {
    trail = await startTrail([]);
    const { code, stdout, stderr } = await run('audit', '0', ...options.split(' '));
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
    expect(queries()).toEqual([]);
  });

  test('C3: shows what lies between two times', async () => {
    trail = await startTrail([]);
    const times = ['--from', '2026-01-31T12:00:00Z', '--until', '2026-02-01T12:00:00Z'];
    expect((await run('audit', '0', ...times)).code).toBe(0);
    expect(queries()).toEqual([{ from: '2026-01-31T12:00:00.000Z', to: '2026-02-01T12:00:00.000Z' }]);
  });

  test('C3: the words are those of the documentation and of the API', async () => {
    const page = readFileSync(new URL('../../../docs/audit.md', import.meta.url), 'utf8');
    const wordsOf = (property: string) => {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${property}\` |`)) ?? '';
      return [...row.matchAll(/`(\w+)`/g)]
        .map(([, word]) => word)
        .filter((word) => word !== property && word !== 'debug');
    };
    expect(new Set(wordsOf('operation'))).toEqual(new Set(recordOperations));
    expect(new Set(wordsOf('outcome'))).toEqual(new Set(recordOutcomes));
    trail = await startTrail([]);
    const endpoint = await startEndpoint();
    const { tenantId } = await endpoint.createTenant({ name: 'Words' });
    const ask = (query: string) => endpoint.manage('GET', `/manage/tenants/${tenantId}/audit?${query}`);
    for (const word of recordOutcomes) expect((await ask(`outcome=${word}`)).status).toBe(200);
    for (const word of recordOperations) expect((await ask(`operation=${word}`)).status).toBe(200);
    for (const query of ['outcome=refuse', 'outcome=', 'operation=creat']) {
      expect((await ask(query)).status).toBe(400);
    }
    expect((await ask('outcome=refuse')).body.detail).toMatch(/did you mean "refused"\?/);
    await endpoint.stop();
  });

  test('--follow shows what is there and then each new record once, the newest last, until Ctrl-C', async () => {
    const records = Array.from({ length: 130 }, (_, n) => recordAt(n));
    trail = await startTrail(records);
    const running = startMuster(['audit', '0', '--follow', '--json'], { env: envOf(trail) });
    const ids = () =>
      running
        .stdout()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id);
    await expect.poll(() => running.stdout().includes('"r129"'), { timeout: 20_000 }).toBe(true);
    expect(ids()).toEqual(Array.from({ length: 100 }, (_, n) => `r${n + 30}`));
    const fresh = Array.from({ length: 150 }, (_, n) => recordAt(n + 130));
    records.push(...fresh, recordAt(125.5));
    await expect.poll(() => running.stdout().includes('"r279"'), { timeout: 20_000 }).toBe(true);
    records.push(recordAt(280));
    await expect.poll(() => running.stdout().includes('"r280"'), { timeout: 20_000 }).toBe(true);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, stderr: '' });
    const wanted = [...Array.from({ length: 251 }, (_, n) => `r${n + 30}`), 'r125.5'];
    expect(ids().toSorted()).toEqual(wanted.toSorted());
    expect(ids().slice(-2)).toEqual(['r279', 'r280']);
  });

  test('--follow writes a line for each record, which cannot act on the terminal', async () => {
    trail = await startTrail([recordAt(0, { detail: 'a\n\u001b[2J' })]);
    const running = startMuster(['audit', '0', '--follow'], { env: envOf(trail) });
    await expect.poll(running.stdout, { timeout: 20_000 }).toContain('\n');
    running.child.kill('SIGINT');
    const { stdout } = await running.ended;
    expect(stdout).toBe('2026-01-31 12:00:00  create  User u0  done  k1  detail=a\\u000a\\u001b[2J\n');
  });
});

describe('muster audit of an endpoint', () => {
  test('follows what its clients do', async () => {
    const endpoint = await startEndpoint();
    const { tenantId, ...access } = await endpoint.createTenant({ name: 'Followed' });
    const env = { MUSTER_URL: endpoint.baseUrl, MUSTER_FUNCTION_KEY: endpoint.functionKey };
    const running = startMuster(['audit', tenantId, '--follow', '--json', '--operation', 'create'], { env });
    for (const name of ['anna', 'bert']) {
      const { id } = await clientOf(access).user(name);
      await endpoint.manage('POST', '/admin/functions/maintenance', {});
      await expect.poll(running.stdout, { timeout: 30_000 }).toContain(`"resource":"${id}"`);
    }
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    const lines = stdout.trimEnd().split('\n');
    expect([code, lines.map((line) => JSON.parse(line).operation)]).toEqual([130, ['create', 'create']]);
    await endpoint.stop();
  });
});

describe('muster runs', () => {
  test('shows what came of each run, whatever it tells', async () => {
    const one = { id: 'run:1', started: '2026-01-31T12:00:00.000Z', state: 'closed', credential: 'k1' };
    trail = await startTrail(
      [],
      [{ ...one, created: 3, refused: { uniqueness: 2 }, details: [{ error: 'uniqueness' }], notes: [] }],
    );
    const { code, stdout } = await runInUtc('runs', '0', '--since', '7d');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^2026-01-31 12:00:00 .+ closed +k1 +run:1 +created=3 refused=\{"uniqueness":2\}$/m,
    );
    expect(JSON.parse((await run('runs', '0', '--json')).stdout).runs[0].details).toHaveLength(1);
  });
});
