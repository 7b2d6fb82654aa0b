import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes a folder for the running test, and removes it at the end. */
export function ownFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'muster-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
