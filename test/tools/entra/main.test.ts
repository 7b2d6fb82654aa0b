import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from './stand-in.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command, with a token on its standard input. */
function entra(...args: readonly string[]): Promise<Ended> {
  const command = ['--import', 'tsx', 'tools/entra/main.ts', ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end('t\n');
  });
}

async function withStandIn<T>(
  standIn: Pick<StandIn, 'tenantUrl' | 'close'>,
  work: (connection: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'entra-'));
  const connection = join(folder, 'connection.json');
  await writeFile(connection, JSON.stringify({ tenantUrl: standIn.tenantUrl, secretToken: 'secret' }));
  try {
    return await work(connection);
  } finally {
    await rm(folder, { recursive: true });
    await standIn.close();
  }
}

const size = ['--users', '12', '--groups', '2'];

describe('npm run entra', () => {
  test('prints a line per phase and the table, and ends with 0 when nothing deviates', async () => {
    await withStandIn(await startStandIn(), async (connection) => {
      const { code, stdout, stderr } = await entra(...size, '--connection', connection);
      expect(stderr).toBe('');
      expect(stdout).toMatch(/^Test connection: 1 in [\d.]+ s$/m);
      expect(stdout).toMatch(/^Request +Count +p50 ms +p95 ms +429\/503 +Deviations$/m);
      expect(stdout).toMatch(/^POST \/Users +1[2-9] +[\d.]+ +[\d.]+ +0 +0$/m);
      expect(stdout).toMatch(/^0 deviations in \d+ requests \(12 users, 2 groups, default shapes, seed 1\)/m);
      expect(code).toBe(0);
    });
  });

  test('lists the first 20 deviations and ends with 1', async () => {
    await withStandIn(await startStandIn('reformats telephone numbers'), async (connection) => {
      const { code, stdout } = await entra('--users', '40', '--connection', connection);
      expect(stdout.match(/^- .+: expected .+, got .+$/gm)).toHaveLength(20);
      expect(stdout).toMatch(/^ {2}and \d+ more$/m);
      expect(code).toBe(1);
    });
  });

  test('D9: escapes what a terminal would act on in the answers of the endpoint', async () => {
    const server = createServer((_, response) => response.writeHead(400).end('\u001b]0;owned\u0007\u009b2J'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const hostile = { tenantUrl: `http://127.0.0.1:${port}`, close: async () => void server.close() };
    const ended = await withStandIn(hostile, (connection) =>
      entra('--users', '1', '--connection', connection),
    );
    const { stdout, stderr } = ended;
    expect(stdout).toContain('\\u001b]0;owned\\u0007\\u009b2J');
    expect(`${stdout}${stderr}`).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  test('prints one JSON object with --json and keeps the progress off stdout', async () => {
    await withStandIn(await startStandIn('loses managers'), async (connection) => {
      const { code, stdout } = await entra(...size, '--json', '--connection', connection);
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({ flavour: 'default', users: 12, groups: 2, isConnected: true });
      expect(report.deviationCount).toBeGreaterThan(0);
      expect(report.deviations[0]).toMatchObject({ kind: 'PATCH user: manager', got: 'nothing' });
      expect(report.requests[0]).toMatchObject({ count: expect.any(Number), p50: expect.any(Number) });
      expect(code).toBe(1);
    });
  });

  test('says in one sentence that nothing listens', async () => {
    const standIn = await startStandIn();
    await standIn.close();
    const { code, stderr } = await entra('--tenant-url', standIn.tenantUrl, '--token-file', '-');
    expect(stderr).toBe(`Nothing listens at ${standIn.tenantUrl}: start the endpoint first.\n`);
    expect(code).toBe(1);
  });

  test('says in one sentence that the endpoint hangs', async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`;
    const { code, stderr } = await entra('--tenant-url', url, '--token-file', '-', '--timeout', '1');
    server.closeAllConnections();
    server.close();
    expect(stderr).toBe(
      `No answer within 1 s to GET /Users at ${url}: the endpoint is too slow or does not respond.\n`,
    );
    expect(code).toBe(1);
  });

  test('says in one sentence which option is wrong', async () => {
    const { code, stderr } = await entra('--users', 'many', '--tenant-url', 'http://h', '--token-file', '-');
    expect(stderr).toBe('--users needs a whole number of at least 1, not "many".\n');
    expect(code).toBe(2);
  });
});
