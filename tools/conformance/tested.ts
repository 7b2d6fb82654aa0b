import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../test/conformance/', import.meta.url);

/** The test file of every requirement that has a test, by id; a file that tests a section is named by it. */
export function findTests(): ReadonlyMap<string, string> {
  const files = readdirSync(folder).filter((name) => /^\d.*\.test\.ts$/.test(name));
  return new Map(files.sort().flatMap((file) => idsIn(file).map((id) => [id, file] as const)));
}

/** The ids that a file tests, as often as it does. */
function idsIn(file: string): readonly string[] {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return [...text.matchAll(/\brequirement\(\s*'(RFC [^']+)'/g)].map(([, id = '']) => id);
}
