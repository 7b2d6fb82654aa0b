import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../test/conformance/', import.meta.url);

/** Finds the test file of every requirement that has its own test, by the requirement's id. */
export function findTests(): ReadonlyMap<string, string> {
  return new Map(testFiles().flatMap((file) => idsIn(file).map((id) => [id, file] as const)));
}

/** Lists the files that test requirements; their names begin with the number of an RFC. */
export function testFiles(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /^\d.*\.test\.ts$/.test(name))
    .sort();
}

/** Lists the ids of the requirements that a file tests. */
export function idsIn(file: string): readonly string[] {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return [...text.matchAll(/\brequirement\(\s*'(RFC [^']+)'/g)].map(([, id = '']) => id);
}
