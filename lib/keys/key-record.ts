import * as z from 'zod';
import { commitOnce } from '../store/commit-once.ts';
import type {
  Change,
  Document,
  DocumentKey,
  DocumentStore,
  Partition,
  Stored,
} from '../store/document-store.ts';

/** The kind of a key's record, in the container `tokens`. */
export const keyKind = 'key';

/** An app key with `read` reads; one with `write` also edits accounts, teams and their members. */
export const appAccesses = ['read', 'write'] as const;
/** The access that an app key gives. */
export type AppAccess = (typeof appAccesses)[number];

const recordSchema = z.object({
  tenant: z.string(),
  label: z.string(),
  /** The operator, or the e-mail address of the person on whose behalf the key was issued. */
  issuer: z.string(),
  /** The id of the user on whose behalf it acts. */
  subject: z.string().optional(),
  /** The access of an app key; absent from other keys. */
  access: z.enum(appAccesses).optional(),
  /** Milliseconds since 1970, as are `ends` and `lastUsed`. */
  created: z.number(),
  /** The end of the key. The record outlives it, so it must not be the `expires` of a document. */
  ends: z.number(),
  lastUsed: z.number().optional(),
  /** For the timer and for people who read the database; the tenant's list decides. */
  status: z.enum(['active', 'expired', 'revoked']),
  /** Time at which the timer handles the key next, in milliseconds since 1970. */
  due: z.number(),
  /** Threshold of the last warning, in days before the key expires. */
  warned: z.number().optional(),
});

/** The stored facts about a key, except its hash. Version 0.2.0 called the end of the key `expires`. */
export const keyRecordSchema = z.preprocess(
  (given: object) => ('expires' in given ? { ends: given.expires, ...given } : given),
  recordSchema,
);
/** The record of one key. */
export type KeyRecord = Readonly<z.infer<typeof keyRecordSchema>>;

/** Builds the document key of a key's record. */
export function keyRecordKey(keyId: string): DocumentKey {
  return { ...partition(keyId), kind: keyKind, id: 'key' };
}

/** Reads a record; answers `undefined` if there is none. */
export async function readKeyRecord(store: DocumentStore, keyId: string): Promise<KeyRecord | undefined> {
  const stored = await store.read(keyRecordKey(keyId));
  return stored && keyRecordSchema.parse(stored.document);
}

/** Writes the record of a new key; rejects with StoreError `conflict` if there is one already. */
export async function createKeyRecord(store: DocumentStore, keyId: string, record: KeyRecord): Promise<void> {
  const document: Document = { ...record, id: 'key', tenantId: keyId, kind: keyKind };
  await store.commit(partition(keyId), [{ op: 'create', document }]);
}

/** Gives a record of version 0.2.0 its present form. The store would remove it when its key expires. */
export async function keepRecord(store: DocumentStore, { document, version }: Stored): Promise<void> {
  if (document.expires === undefined) return;
  const kept = { ...document, ends: document.expires, expires: undefined };
  const change: Change = { op: 'replace', document: kept, ifVersion: version };
  await commitOnce(store, partition(document.tenantId), [change]);
}

/** The properties of a record that change after its creation. */
type KeyRecordChange = Partial<Pick<KeyRecord, 'lastUsed' | 'status' | 'due' | 'warned'>>;

/** Sets properties without a version check, so that writers of different properties never conflict. */
export async function setKeyRecord(store: DocumentStore, keyId: string, set: KeyRecordChange): Promise<void> {
  const change: Change = { op: 'increment', kind: keyKind, id: 'key', by: {}, set, ifAbsent: 'fail' };
  await store.commit(partition(keyId), [change]);
}

/** Removes a record; does nothing when there is none. */
export async function removeKeyRecord(store: DocumentStore, keyId: string): Promise<void> {
  await commitOnce(store, partition(keyId), [{ op: 'delete', kind: keyKind, id: 'key' }]);
}

function partition(keyId: string): Partition {
  return { container: 'tokens', tenantId: keyId };
}
