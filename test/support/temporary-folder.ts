import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const compiled = fileURLToPath(new URL('../../node_modules/.cache/tsx', import.meta.url));
let folder = '';

/**
 * Gives all tests and what they start one temporary folder, apart from that of other runs. In it, tsx finds what it
 * compiled in earlier runs.
 */
export function setup(): void {
  folder = mkdtempSync(join(tmpdir(), 'muster-tests-'));
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  mkdirSync(compiled, { recursive: true });
  const user = process.geteuid?.() ?? userInfo().username;
  symlinkSync(compiled, join(folder, `tsx-${user}`), 'junction');
}

/** Removes the folder; fails the run when a test has left something in it that the files of a worker do not share. */
export function teardown(): void {
  const left = readdirSync(folder).filter((name) => !/^(tsx|shared)-/.test(name));
  rmSync(folder, { recursive: true });
  if (left.length === 0) return;
  // Vitest prints what is thrown here, and succeeds all the same.
  process.exitCode = 1;
  throw new Error(`Tests left in the temporary folder: ${left.join(', ')}`);
}
