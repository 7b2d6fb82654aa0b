import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const standIn = join(root, 'test/fixtures/func');
const command = [join(root, 'tools/run.mjs'), join(root, 'tools/func/main.ts')];
const sample = 'local.settings.sample.json';

/** What the stand-in for `func` writes down. */
interface Report {
  readonly when: 'started' | 'stopped';
  /** Which server answers at the storage's address. */
  readonly storage: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly pid: number;
  readonly environment: { readonly AzureWebJobsStorage: string } & Readonly<Record<string, string>>;
}

let app: string;
let reportFile: string;

beforeEach(() => {
  app = mkdtempSync(join(tmpdir(), 'muster-func-'));
  reportFile = join(app, 'report.json');
  copyFileSync(join(root, sample), join(app, sample));
});
afterEach(() => rmSync(app, { recursive: true }));

const withPath = (...folders: string[]) => ({
  ...process.env,
  PATH: folders.join(delimiter),
  FUNC_REPORT: reportFile,
});

function start(args: readonly string[] = [], settings: Readonly<Record<string, string>> = {}) {
  const env = { ...withPath(standIn, dirname(process.execPath)), ...settings };
  const child = spawn(process.execPath, [...command, ...args], { cwd: app, env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { child, output: () => text, ended: once(child, 'exit').then(([code]) => code) };
}

async function reportOf(when: Report['when'], child: ChildProcess): Promise<Report> {
  await expect.poll(() => existsSync(reportFile) || child.exitCode !== null, { timeout: 20_000 }).toBe(true);
  const report: Report = JSON.parse(readFileSync(reportFile, 'utf8'));
  expect(report.when).toBe(when);
  return report;
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('npm run func', () => {
  test('without Core Tools says how to get them, and starts nothing', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, command, {
      cwd: app,
      env: withPath(app),
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('npm install --global azure-functions-core-tools@4');
    expect(existsSync(join(app, 'local.settings.json'))).toBe(false);
  });

  test('runs func start beside Azurite, and Ctrl-C stops func before Azurite', async () => {
    const { child, output, ended } = start(['--port', '7099']);
    const started = await reportOf('started', child);
    expect(started).toMatchObject({
      args: ['start', '--port', '7099'],
      cwd: app,
      storage: expect.stringContaining('Azurite-Blob'),
      environment: { PUBLIC_BASE_URL: 'http://127.0.0.1:7099', MUSTER_DATA: join(app, '.muster') },
    });
    const { AzureWebJobsStorage } = started.environment;
    const endpoints = [
      ...AzureWebJobsStorage.matchAll(/(Blob|Queue|Table)Endpoint=http:\/\/127\.0\.0\.1:\d+\/muster/g),
    ];
    expect(endpoints.map(([, service]) => service)).toEqual(['Blob', 'Queue', 'Table']);
    expect(existsSync(join(app, '.muster/azurite'))).toBe(true);
    expect(output()).toContain('local.settings.json, so it was created from local.settings.sample.json');
    expect(readFileSync(join(app, 'local.settings.json'), 'utf8')).toBe(
      readFileSync(join(app, sample), 'utf8'),
    );

    child.kill('SIGINT');
    expect(await ended).toBe(0);
    const stopped = await reportOf('stopped', child);
    expect(stopped.storage).toContain('Azurite-Blob');
    expect(isAlive(stopped.pid)).toBe(false);
    const [blob = ''] = /http:[^;]+/.exec(AzureWebJobsStorage) ?? [];
    await expect(fetch(blob)).rejects.toThrow('fetch failed');
  });

  test('ends with the exit code of func, and Azurite with it; local.settings.json stays as it is', async () => {
    const settings = { Values: { MUSTER_DATA: 'mine', PUBLIC_BASE_URL: 'https://scim.example.com' } };
    writeFileSync(join(app, 'local.settings.json'), JSON.stringify(settings));
    const { ended, child, output } = start([], { FUNC_EXIT: '3' });
    expect(await ended).toBe(3);
    const { environment } = await reportOf('started', child);
    expect(environment).toMatchObject({
      PUBLIC_BASE_URL: 'https://scim.example.com',
      MUSTER_DATA: join(app, 'mine'),
    });
    expect(statSync(join(app, 'mine/azurite')).isDirectory()).toBe(true);
    expect(JSON.parse(readFileSync(join(app, 'local.settings.json'), 'utf8'))).toEqual(settings);
    expect(output()).not.toContain('sample');
    const [blob = ''] = /http:[^;]+/.exec(environment.AzureWebJobsStorage) ?? [];
    await expect(fetch(blob)).rejects.toThrow('fetch failed');
  });

  test('stops Azurite when Ctrl-C comes before func runs', async () => {
    const { child, output, ended } = start();
    await expect.poll(() => existsSync(join(app, '.muster/azurite')), { timeout: 20_000 }).toBe(true);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(existsSync(reportFile)).toBe(false);
    expect(output()).not.toMatch(/Error|did not start/);
  });

  test('refuses an option that it does not know', async () => {
    const { ended, output } = start(['--memory']);
    expect(await ended).toBe(2);
    expect(output()).toMatch(/^Unknown option '--memory'\.\n\nnpm run func -- /);
  });
});
