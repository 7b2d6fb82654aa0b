import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Bicep, compile, findBicep, takeSnapshots, withoutBicep } from '../../tools/infra/bicep.ts';
import { snapshotFolder, snapshotNames, snapshotPath } from '../../tools/infra/snapshots.ts';

const standIn = resolve('test/fixtures/bicep');
const bicep: Bicep = { command: `${standIn}/bicep`, version: '0.0.1' };
const warning = 'main.bicep(1,7) : Warning no-unused-params: Parameter "x" is declared but never used.';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/muster-infra-`);
  vi.stubEnv('BICEP_SNAPSHOTS', resolve(snapshotFolder));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function say(at: string, text: string, code = 0): void {
  vi.stubEnv('BICEP_AT', at);
  vi.stubEnv('BICEP_SAYS', text);
  vi.stubEnv('BICEP_CODE', String(code));
}

test('a compiler is found where there is one', async () => {
  expect(await findBicep(bicep.command)).toEqual(bicep);
  expect(await findBicep(`${folder}/bicep`)).toBeUndefined();
  expect(await findBicep(process.execPath)).toBeUndefined();
});

describe.skipIf(process.platform === 'win32')('a compiler', () => {
  test('with nothing to say finds no fault', async () => {
    expect(await compile(bicep)).toEqual([]);
    expect(await takeSnapshots(bicep, folder)).toEqual([]);
  });

  test.each(['build', 'lint', 'build-params'])('that warns at %s finds a fault', async (command) => {
    say(command, warning);
    expect(await compile(bicep)).toEqual([warning]);
  });

  test('that only advises finds none', async () => {
    say('lint', warning.replace('Warning', 'Info'));
    expect(await compile(bicep)).toEqual([]);
  });

  test('that fails without a word finds a fault', async () => {
    say('lint', '', 3);
    expect(await compile(bicep)).toEqual(['bicep lint infra/main.bicep ended with 3']);
  });

  test('that formats in another way finds a fault in each file', async () => {
    say('format', 'not as it is');
    const faults = await compile(bicep);
    expect(faults).toContain('infra/main.bicep is not formatted: run "bicep format infra/main.bicep"');
    expect(faults.length).toBeGreaterThan(10);
  });

  test('takes each snapshot with the settings of its variant alone', async () => {
    vi.stubEnv('MUSTER_PRIVATE_NETWORK', 'true');
    expect(await takeSnapshots(bicep, folder)).toEqual([]);
    for (const name of snapshotNames) {
      const [taken, kept] = [folder, snapshotFolder].map((at) =>
        readFileSync(snapshotPath(name, at), 'utf8'),
      );
      expect(taken).toBe(kept);
    }
    expect(existsSync('infra/main.snapshot.json')).toBe(false);
  });

  test('that warns while it takes a snapshot keeps the one before', async () => {
    say('snapshot', warning);
    expect(await takeSnapshots(bicep, folder)).toEqual([warning]);
    expect(existsSync(snapshotPath('public', folder))).toBe(false);
  });
});

describe('npm run infra', () => {
  function runTool(PATH: string) {
    const env = { ...process.env, PATH };
    return spawnSync(process.execPath, ['tools/run.mjs', 'tools/infra/main.ts'], { env, encoding: 'utf8' });
  }

  test('without a compiler says so and compares the evaluator', () => {
    const { status, stdout } = runTool(folder);
    expect(stdout).toContain(`${withoutBicep}\nOur evaluator agrees with the snapshots public and private`);
    expect(status).toBe(0);
  });

  test.skipIf(process.platform === 'win32')('fails at a warning, before it takes snapshots', () => {
    say('build', warning);
    const { status, stdout, stderr } = runTool(standIn);
    expect(stdout).toContain('Bicep 0.0.1');
    expect(stderr).toContain(warning);
    expect(status).toBe(1);
  });
});
