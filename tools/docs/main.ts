import { readFileSync, writeFileSync } from 'node:fs';
import { readOptions } from '../read-options.ts';
import { cliPage } from './cli-page.ts';
import { errorsPage } from './errors-page.ts';
import { containersPage } from './infra-page.ts';
import { openApiPage } from './open-api-page.ts';
import { operatePage } from './operate-page.ts';
import type { Page } from './page.ts';
import { policyPage } from './policy-page.ts';
import { schemasPage } from './schemas-page.ts';

const root = new URL('../../', import.meta.url);
const pages: readonly Page[] = [
  errorsPage(),
  schemasPage(),
  policyPage(),
  openApiPage(),
  operatePage(),
  cliPage(),
  containersPage(),
];

const usage = `npm run docs -- [options]

Generates the reference pages from the code.

  --check  only lists the pages that do not match the code; exits with 1 if there are any

Example:
  npm run docs -- --check`;

if (readOptions(usage, { check: { type: 'boolean' } }).check) check();
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
