import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { commandRows } from '../../../tools/muster/commands.ts';
import { createProgram } from '../../../tools/muster/program.ts';
import { typed } from '../../../tools/muster/typed.ts';
import { environment, muster, startMuster } from './muster.ts';

// Processes start slowly while the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(`${root}/docs/cli.md`, 'utf8');

/** What `muster … --help` prints. */
function helpOf(name: string): string {
  let shown = '';
  const program = createProgram('', async () => {});
  const command = name.split(' ').reduce((parent, word) => {
    const found = parent.commands.find((one) => one.name() === word);
    return found ?? parent;
  }, program);
  command.configureOutput({
    writeOut: (part) => {
      shown += part;
    },
  });
  command.outputHelp();
  return shown;
}

describe('--help', () => {
  test.each(commandRows.map(({ name }) => name))(
    'of muster %s has an example and what docs/cli.md says',
    (name) => {
      const row = commandRows.find((one) => one.name === name);
      const help = helpOf(name);
      expect(help).toContain(`Usage: muster ${name}`);
      expect(help).toContain(`Example:\n  ${typed(row?.example ?? '')}`);
      expect(row?.example).toMatch(new RegExp(`^${name}\\b`));
      expect(page.includes(`${typed(row?.example ?? '')}\n`), 'example in docs/cli.md').toBe(true);
      for (const { flags } of row?.options ?? []) {
        expect(help).toContain(`  ${flags} `);
        expect(page.includes(`| \`${flags}\` |`), `${flags} in docs/cli.md`).toBe(true);
      }
    },
  );

  test('of the program and of a command is printed, with 0', async () => {
    const [all, one] = await Promise.all([
      startMuster(['--help']).ended,
      muster(['keys', 'issue', '--help']),
    ]);
    expect([all.code, all.stderr, one.code, one.stderr]).toEqual([0, '', 0, '']);
    expect(all.stdout).toMatch(/Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 not found/);
    expect(one.stdout).toContain('--json');
    expect(`${all.stdout}${one.stdout}`).not.toMatch(/--(key|token|secret) /);
  });
});

describe('wrong usage ends with 2 and one sentence', () => {
  test.each([
    [['tenants', 'lst'], "Unknown command 'lst': did you mean list? --help shows what you can use.\n"],
    [['tenants', 'list', '--unheard=of'], "Unknown option '--unheard'; --help shows what you can use.\n"],
    [['keys', 'issue'], "Missing required argument 'tenant'; --help shows what you can use.\n"],
    [
      ['mails', 'list', 'a', '--state', 'x'],
      /Allowed choices are [\w, ]+; --help shows what you can use\.\n$/,
    ],
    [['keys', 'issue', 'a', '--days', 'x'], '--days <n> needs a whole number of at least 1, not "x".\n'],
    [['tenants', 'create'], 'Name the tenant: --name "Contoso".\n'],
    [['tenants', 'edit', 'a', '--set', 'x'], '--set needs a name, an equals sign and a value, not "x".\n'],
    [
      ['tenants', 'edit', 'a', '--set', 'x=[1'],
      '--set x= needs a JSON value, such as 3, true, "text" or ["a", "b"].\n',
    ],
    [['tenants', 'edit', 'a'], 'Say what to change: --set keys.activeMax=3, --policy FILE or --name TEXT.\n'],
    [['audit', 'a', '--since', 'x'], /^--since needs 90s, 15m, 1h, 7d or a time/],
    [['convert-logins', 'a'], 'There is no terminal to ask on: add --yes.\n'],
    [['convert-logins', 'a', '--dry-run', '--resume'], /nothing to resume/],
    [['status', 'a', '--data', 'x', '--url', 'https://a'], /cannot be used with option '--data <dir>'/],
    [['status', 'a', '--entra'], 'Name the deployed endpoint with --url URL, or set MUSTER_URL.\n'],
    [['keys'], /^Usage: muster keys/],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await muster(args);
    expect([code, stdout, stderr]).toEqual([
      ...[2, '', typeof sentence === 'string' ? sentence : expect.stringMatching(sentence)],
    ]);
  });
});

describe('the command', () => {
  const run = (command: string, cwd: string) =>
    spawnSync(command, { cwd, env: environment(), encoding: 'utf8', shell: true });

  test('runs by npm in the clone and in its folders, and adds nothing to its output with --silent', () => {
    for (const cwd of [root, `${root}/docs`]) {
      expect(run('npm run --silent muster -- --version', cwd).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    }
  });

  test('looks for files where it was typed', () => {
    const { stdout, stderr } = run('npm run --silent muster -- policy check cli.md', `${root}/docs`);
    expect([stdout, stderr]).toEqual(['', expect.stringMatching(/^cli\.md .*JSON/)]);
  });
});
