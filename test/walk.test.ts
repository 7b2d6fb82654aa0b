import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { groupType, userType } from '../lib/scim/schema/resource-types.ts';
import type { DocumentKey, DocumentStore, Partition } from '../lib/store/document-store.ts';
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
  const [, rows = ''] = page.split(`| ${walk} | file |\n|---|---|\n`);
  const [table = ''] = rows.split('\n\n');
  return table.split('\n').map((row): Place => {
    const [, name = '', file = ''] = /^\| `(\w+)` \| `([\w./-]+)` \|$/.exec(row) ?? [];
    return [name, file];
  });
}

/** The name of a function or of a class and its method; V8 makes up others for closures, such as `known.now`. */
const functionName = /^(?:[A-Z]\w*\.)?(\w+)(?: \[as \w+\])?$/;

/** Recognises the files of the store itself; a retry belongs to its caller. */
const isStore = (file: string) => file.startsWith('lib/store/') && !file.endsWith('/retry-lost-race.ts');

/** Our functions on a stack, the outermost first; the last lines of a stack are those of this test. */
function onStack(stack: string): readonly Place[] {
  return stack
    .split('\n')
    .flatMap((line): readonly Place[] => {
      const [, text = '', path = ''] = /^ +at (?:async )?(.*?) ?\(?([^\s()]+?):\d+:\d+\)?$/.exec(line) ?? [];
      const [, name] = functionName.exec(text) ?? [];
      const [, file] = path.split(root);
      return name && file?.startsWith('lib/') && !isStore(file) ? [[name, file]] : [];
    })
    .reverse();
}

let app: InProcess;
let send: Send;
/** The stacks of commits to users and groups, and of reads of keys, since the walk began. */
const stacks: string[] = [];
let restore = () => {};

beforeAll(async () => {
  const store = openEmbeddedStore({ path: ':memory:' });
  const prototype: Pick<DocumentStore, 'commit' | 'read'> = Object.getPrototypeOf(store);
  const { commit, read } = prototype;
  const { stackTraceLimit } = Error;
  const note = () => {
    const stack = String(new Error().stack);
    // Delivery goes on beside the requests.
    if (!stack.includes('/lib/audit/')) stacks.push(stack);
  };
  await store.close();
  Error.stackTraceLimit = 100;
  prototype.commit = function (this: DocumentStore, partition: Partition, ...rest) {
    if (partition.container === 'users' || partition.container === 'groups') note();
    return commit.call(this, partition, ...rest);
  };
  prototype.read = function (this: DocumentStore, key: DocumentKey, ...rest) {
    if (key.kind === 'key') note();
    return read.call(this, key, ...rest);
  };
  restore = () => {
    Object.assign(prototype, { commit, read });
    Error.stackTraceLimit = stackTraceLimit;
  };
  app = await startInProcess();
  send = await newClient();
  await send('GET', userType.endpoint);
});
afterAll(async () => {
  restore();
  await app[Symbol.asyncDispose]();
});

const newClient = async () => callerOf(app, await app.createTenant({ profile: 'rfc' }));
const create = (endpoint: string, body: object) => send('POST', endpoint, body);

const walks = {
  '`POST /Users`': () => create(userType.endpoint, { schemas: [userType.schema.id], userName: 'ada' }),
  '`PATCH /Groups/{id}`': async () => {
    const group = { schemas: [groupType.schema.id], displayName: 'Analysts' };
    const { body } = await create(groupType.endpoint, group);
    stacks.length = 0;
    const renaming = patchBody([{ op: 'replace', path: 'displayName', value: 'Engineers' }]);
    return send('PATCH', `${groupType.endpoint}/${body.id}`, renaming);
  },
  'the first request with a key': async () => {
    const stranger = await newClient();
    stacks.length = 0;
    return stranger('GET', userType.endpoint);
  },
};

test.each(Object.entries(walks))('%s reaches the store as docs/architecture.md says', async (walk, go) => {
  stacks.length = 0;
  expect((await go()).status).toBeLessThan(300);
  expect(stacks).toHaveLength(1);
  const told = onPage(walk);
  expect(told.length).toBeLessThanOrEqual(functionsMax);
  // A function that hands on a promise without awaiting it is on the page, not on the stack.
  const seen = onStack(stacks[0] ?? '');
  const isSeen = (place: Place) => seen.some((one) => String(one) === String(place));
  expect(told.filter(isSeen)).toEqual(seen);
  for (const [index, [name, file]] of told.entries()) {
    expect(textOf(file)).toMatch(new RegExp(`(function|async) ${name}[<(]`));
    const next = told[index + 1]?.[0];
    // What an operation or a retry is handed is called by another name.
    if (next && !isSeen(told[index] as Place)) expect(textOf(file)).toMatch(new RegExp(`\\b${next}\\(`));
  }
});
