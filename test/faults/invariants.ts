import { keyRecordKey } from '../../lib/keys/key-record.ts';
import {
  type Container,
  containers,
  type Document,
  type DocumentStore,
  type Partition,
} from '../../lib/store/document-store.ts';
import { queryAll } from '../../lib/store/query-all.ts';
import type { Tenant } from '../../lib/tenants/tenant.ts';

/** The kinds of documents in a tenant's partition of a container. */
const kinds: Readonly<Partial<Record<Container, readonly string[]>>> = {
  users: [
    'user',
    'unique',
    'account',
    'account-link',
    'account-claim',
    'seats',
    'mail',
    'tombstone',
    'unlink',
    'resettle',
    'count-user',
    'record',
  ],
  groups: [
    'group',
    'unique',
    'member',
    'pending',
    'intent',
    'intent-part',
    'intent-draft',
    'tombstone',
    'unlink',
    'team',
    'team-member',
    'count-group',
    'record',
  ],
  tenants: ['tenant', 'purge', 'ending', 'record'],
};

/** Kinds of documents that stand for work that is still to be done. */
const work = ['intent', 'intent-part', 'intent-draft', 'unlink', 'resettle', 'purge', 'ending'] as const;

/** All documents of a tenant, by their kinds. */
export type Contents = ReadonlyMap<string, readonly Document[]>;

/** Reads the documents of a tenant. */
export async function contentsOf(store: DocumentStore, tenantId: string): Promise<Contents> {
  const contents = new Map<string, Document[]>();
  for (const container of containers) {
    for (const kind of kinds[container] ?? []) {
      const found = contents.get(kind) ?? [];
      contents.set(kind, found);
      const all = queryAll(store, { container, tenantId, kind, limit: 100 });
      for await (const { document } of all) found.push(document);
    }
  }
  return contents;
}

/** Finds what is half-made: a document that points nowhere, or work that no timer finishes. One line for each. */
export async function halfMade(store: DocumentStore, contents: Contents): Promise<readonly string[]> {
  const of = (kind: string) => (contents.get(kind) ?? []) as readonly (Document & Record<string, unknown>)[];
  const ids = (...names: readonly string[]) => new Set(names.flatMap((name) => of(name).map(({ id }) => id)));
  const faults: string[] = [];
  const expectAll = (kind: string, isSound: (document: Document & Record<string, unknown>) => boolean) => {
    for (const one of of(kind)) if (!isSound(one)) faults.push(`${kind} ${one.id} points nowhere`);
  };
  const resources = ids('user', 'group');
  const accounts = new Set(of('account').map(({ id }) => id.slice(id.indexOf(':') + 1)));
  expectAll('unique', ({ owner }) => resources.has(String(owner)));
  expectAll('member', ({ group, user }) => resources.has(String(group)) && resources.has(String(user)));
  expectAll('account-claim', ({ account }) => accounts.has(String(account)));
  expectAll('account-link', ({ account }) => accounts.has(String(account)));
  for (const kind of work) for (const { id } of of(kind)) faults.push(`${kind} ${id} waits for nobody`);
  for (const { id, due } of of('record')) if (due !== undefined) faults.push(`${id} is not delivered`);
  const names = new Set(of('unique').map(({ owner }) => owner));
  for (const { id } of of('user'))
    if (!names.has(id)) faults.push(`user ${id} has not reserved its userName`);
  for (const [kind, counter] of [
    ['user', 'count-user'],
    ['group', 'count-group'],
  ] as const) {
    const total = of(counter).reduce((sum, { total: some = 0 }) => sum + Number(some), 0);
    if (total !== of(kind).length) faults.push(`${counter} is ${total}, but there are ${of(kind).length}`);
  }
  for (const tenant of of('tenant') as unknown as readonly Tenant[]) {
    for (const { id } of tenant.keys) {
      if (!(await store.read(keyRecordKey(id)))) faults.push(`key ${id} is listed, but has no record`);
    }
  }
  return faults;
}

/** The state that clients and operators see, as one text; without what a repetition or a timer renews. */
export function stateOf(contents: Contents): string {
  const seen = [
    'user',
    'group',
    'member',
    'pending',
    'account',
    'team',
    'team-member',
    'tenant',
    'mail',
  ] as const;
  return JSON.stringify(seen.map((kind) => contents.get(kind) ?? []));
}

/** Kinds that only keep work from being done twice, or a name from being used twice. */
const marks: readonly string[] = [
  'receipt',
  'write',
  'server-secret',
  'run-openings',
  'count-user',
  'count-group',
];

/** Documents without what differs each time: ids, times, secrets, and who finished the work, a request or a timer. */
export function outcomeOf(documents: readonly Document[]): readonly string[] {
  return documents
    .filter(({ kind }) => !marks.includes(kind))
    .map(withoutChance)
    .sort();
}

/** Reads the trusts and keys in partitions of `tokens`. */
export async function tokensIn(
  store: DocumentStore,
  partitions: readonly Partition[],
): Promise<readonly Document[]> {
  const tenantIds = new Set(partitions.flatMap((one) => (one.container === 'tokens' ? [one.tenantId] : [])));
  const found: Document[] = [];
  for (const tenantId of tenantIds) {
    for (const kind of ['trust', 'key']) {
      const all = queryAll(store, { container: 'tokens', tenantId, kind, limit: 100 });
      for await (const { document } of all) found.push(document);
    }
  }
  return found;
}

function withoutChance(document: Document): string {
  const { id: _, tenantId: __, due, expires: ___, created: ____, ...rest } = document;
  const text = JSON.stringify({ ...rest, isDue: due !== undefined }, (name, value) =>
    ['credential', 'requestId', 'run', 'identifier'].includes(name) ? undefined : value,
  );
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/[\w-]{12,}/g, (word) => (/\d/.test(word) || /^[a-z]{12}$/.test(word) ? '#' : word));
}
