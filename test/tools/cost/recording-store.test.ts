import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Change, Document, DocumentStore } from '../../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';
import { keptAs } from '../../../tools/cost/kept.ts';
import { recordingStore, type StoreWork } from '../../../tools/cost/recording-store.ts';

const partition = { container: 'users', tenantId: 't' } as const;
let plain: DocumentStore;
let store: DocumentStore;
let noted: StoreWork[];

beforeEach(() => {
  plain = openEmbeddedStore({ path: ':memory:' });
  noted = [];
  store = recordingStore(plain, (work) => noted.push(work));
});
afterEach(() => plain.close());

const user = (id: string, search: object = {}): Document => ({ id, tenantId: 't', kind: 'user', search });
const commit = async (...changes: readonly Change[]) => {
  await store.commit(partition, changes);
  return noted.at(-1)?.writes;
};
const increment = (set: Readonly<Record<string, string>> = {}): Change => ({
  op: 'increment',
  kind: 'count',
  id: 'n',
  by: { total: 1 },
  set,
  ifAbsent: 'create',
});

describe('keptAs()', () => {
  test('counts what the indexes of the container know: single values and those in an order', () => {
    const { terms } = keptAs(
      'users',
      user('a', { externalId: 'x', emails: [{ value: 'm' }, { value: 'n' }] }),
    );
    expect([...terms].sort()).toEqual([
      '/kind/? "user"',
      '/search/emails/[]/value/? "m"',
      '/search/emails/[]/value/? "n"',
      '/search/externalId/? "x"',
      '/tenantId ascending, /kind ascending, /id ascending: ["t","user","a"]',
      '/tenantId ascending, /kind ascending, /search/externalId ascending, /id ascending: ["t","user","x","a"]',
      '/tenantId/? "t"',
    ]);
  });

  test('measures a document with what Cosmos DB adds to it', () => {
    const bytes = Buffer.byteLength(JSON.stringify(user('a')));
    expect(keptAs('users', user('a')).bytes).toBeGreaterThan(bytes + 200);
    const long = user('a', { title: 'x'.repeat(1_000) });
    expect(keptAs('users', long).bytes).toBe(keptAs('users', user('a')).bytes + 1_000 + '"title":""'.length);
  });
});

describe('recordingStore()', () => {
  const small = 4.95;
  const terms = keptAs('users', user('a')).terms.size;

  test('charges a creation, a replacement by what differs, and a deletion with its witness', async () => {
    expect(await commit({ op: 'create', document: user('a') })).toBeCloseTo(small + 0.2 * terms, 5);
    const replaced = user('a', { userName: 'x' });
    expect(await commit({ op: 'replace', document: replaced })).toBeCloseTo(2 * small + 0.2, 5);
    const witness = 2 * (small + 0.2 * terms);
    const deletion = small + 0.2 * (terms + 1);
    expect(await commit({ op: 'delete', kind: 'user', id: 'a' })).toBeCloseTo(deletion + witness, 5);
  });

  test('charges an increment as a creation and then as a patch of its properties', async () => {
    const creation = { op: 'create', document: user('b') } as const;
    const alone = small + 0.2 * terms;
    expect(await commit(creation, increment())).toBeCloseTo(2 * alone, 5);
    const again = { op: 'create', document: user('c') } as const;
    expect(await commit(again, increment({ status: 'x' }))).toBeCloseTo(alone + 2 * small + 3 * 0.4, 5);
  });

  test('charges reads by what they find, and a page for the document that tells of more', async () => {
    await plain.commit(partition, [
      { op: 'create', document: user('b') },
      { op: 'create', document: user('c') },
    ]);
    await store.read({ ...partition, kind: 'user', id: 'nobody' });
    await store.readMany([
      { ...partition, kind: 'user', id: 'b' },
      { ...partition, kind: 'user', id: 'c' },
    ]);
    await store.query({ ...partition, kind: 'user', limit: 1 });
    await store.count({ ...partition, kind: 'user' });
    expect(noted.map(({ operation, reads }) => [operation, reads])).toEqual([
      ['read', 1],
      ['readMany', 2],
      ['query', 4.8],
      ['count', 2.8],
    ]);
  });

  test('notes nothing of a commit that fails', async () => {
    await plain.commit(partition, [{ op: 'create', document: user('b') }]);
    await expect(commit({ op: 'create', document: user('b') })).rejects.toMatchObject({ kind: 'conflict' });
    expect(noted).toEqual([]);
  });
});
