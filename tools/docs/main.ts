import { readFileSync, writeFileSync } from 'node:fs';
import { readOptions } from '../read-options.ts';

const root = new URL('../../', import.meta.url);
const usage = `npm run docs -- [options]

Generates the reference pages from the code.

  --check  only lists the pages that do not match the code; exits with 1 if there are any

Example:
  npm run docs -- --check`;

const { check: isCheck } = readOptions(usage, { check: { type: 'boolean' } });
const { pages } = await import('./pages.ts');
if (isCheck) check();
else write();

function check(): void {
  const stale = pages.filter(({ path, text }) => readFileSync(new URL(path, root), 'utf8') !== text);
  for (const { path } of stale) console.error(`${path} does not match the code: run "npm run docs"`);
  if (stale.length > 0) process.exitCode = 1;
  else console.log('The reference pages match the code');
}

function write(): void {
  for (const { path, text } of pages) {
    writeFileSync(new URL(path, root), text);
    console.log(`Wrote ${path}`);
  }
}
