import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder = '';

/** Gives all tests and what they start one temporary folder, apart from that of other runs. */
export function setup(): void {
  folder = mkdtempSync(join(tmpdir(), 'muster-tests-'));
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
}

/** Removes the folder; fails the run when a test has left something in it. */
export function teardown(): void {
  // tsx keeps what it has compiled.
  const left = readdirSync(folder).filter((name) => !name.startsWith('tsx-'));
  rmSync(folder, { recursive: true });
  if (left.length === 0) return;
  // Vitest prints what is thrown here, and succeeds all the same.
  process.exitCode = 1;
  throw new Error(`Tests left in the temporary folder: ${left.join(', ')}`);
}
