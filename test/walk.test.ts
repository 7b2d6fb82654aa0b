import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { groupType, userType } from '../lib/scim/schema/resource-types.ts';
import type { DocumentStore, Partition } from '../lib/store/document-store.ts';
import { openEmbeddedStore } from '../lib/store/embedded/embedded-store.ts';
import { type InProcess, startInProcess } from '../tools/fuzz/in-process.ts';
import { patchBody } from './api/client.ts';
import { callerOf, type Send } from './fuzz/caller.ts';

const functionsMax = 8;
const root = fileURLToPath(new URL('..', import.meta.url));
const textOf = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const page = textOf('docs/architecture.md');

/** A function, and the file it is in. */
type Place = readonly [name: string, file: string];

/** The functions of one walk, as the page names them: the outermost first. */
function onPage(walk: string): readonly Place[] {
  const [, rows = ''] = page.split(`| \`${walk}\` | file |\n|---|---|\n`);
  const [table = ''] = rows.split('\n\n');
  return table.split('\n').map((row): Place => {
    const [, name = '', file = ''] = /^\| `(\w+)` \| `([\w./-]+)` \|$/.exec(row) ?? [];
    return [name, file];
  });
}

/** Our functions on a stack, the outermost first; the last lines of a stack are those of this test. */
function onStack(stack: string): readonly Place[] {
  return stack
    .split('\n')
    .flatMap((line): readonly Place[] => {
      const [, name = '', path = ''] =
        /^ +at (?:async )?(?:Object\.)?(.*?)\(?([^\s()]+?):\d+:\d+\)?$/.exec(line) ?? [];
      const [, file] = path.split(root);
      return file?.startsWith('lib/') ? [[name.replace(/ \[as .*/, '').trim(), file]] : [];
    })
    .reverse();
}

let app: InProcess;
let send: Send;
/** The stacks of commits to users and groups since they were last looked at. */
const commits: string[] = [];
let restore = () => {};

beforeAll(async () => {
  const store = openEmbeddedStore({ path: ':memory:' });
  const prototype: Pick<DocumentStore, 'commit'> = Object.getPrototypeOf(store);
  const { commit } = prototype;
  const { stackTraceLimit } = Error;
  await store.close();
  Error.stackTraceLimit = 100;
  prototype.commit = function (this: DocumentStore, partition: Partition, ...rest) {
    if (partition.container === 'users' || partition.container === 'groups') {
      commits.push(String(new Error('commit').stack));
    }
    return commit.call(this, partition, ...rest);
  };
  restore = () => {
    prototype.commit = commit;
    Error.stackTraceLimit = stackTraceLimit;
  };
  app = await startInProcess();
  send = callerOf(app, await app.createTenant({ profile: 'strict' }));
});
afterAll(async () => {
  restore();
  await app[Symbol.asyncDispose]();
});

const create = (endpoint: string, body: object) => send('POST', endpoint, body);

const walks = {
  'POST /Users': () => create(userType.endpoint, { schemas: [userType.schema.id], userName: 'ada' }),
  'PATCH /Groups/{id}': async () => {
    const group = { schemas: [groupType.schema.id], displayName: 'Analysts' };
    const { body } = await create(groupType.endpoint, group);
    commits.length = 0;
    const renaming = patchBody([{ op: 'replace', path: 'displayName', value: 'Engineers' }]);
    return send('PATCH', `${groupType.endpoint}/${body.id}`, renaming);
  },
};

test.each(Object.entries(walks))('%s reaches the store as docs/architecture.md says', async (walk, go) => {
  commits.length = 0;
  expect((await go()).status).toBeLessThan(300);
  expect(commits).toHaveLength(1);
  const told = onPage(walk);
  expect(told.length).toBeLessThanOrEqual(functionsMax);
  // A function that hands on a promise without awaiting it is on the page, not on the stack.
  const seen = onStack(commits[0] ?? '');
  const isSeen = (place: Place) => seen.some((one) => String(one) === String(place));
  expect(told.filter(isSeen)).toEqual(seen);
  for (const [index, [name, file]] of told.entries()) {
    expect(textOf(file)).toMatch(new RegExp(`function ${name}[<(]`));
    const next = told[index + 1]?.[0];
    // What an operation or a retry is handed is called by another name.
    if (next && !isSeen(told[index] as Place)) expect(textOf(file)).toMatch(new RegExp(`\\b${next}\\(`));
  }
});
