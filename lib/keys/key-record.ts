import * as z from 'zod';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, DocumentKey, DocumentStore, Partition } from '../store/document-store.ts';

/** What is known of a key beside its hash. */
export const keyRecordSchema = z.object({
  tenant: z.string(),
  label: z.string(),
  /** Who asked for it. */
  issuer: z.string(),
  /** The id of the user on whose behalf it acts. */
  subject: z.string().optional(),
  /** Milliseconds since 1970, as the two below. */
  created: z.number(),
  expires: z.number(),
  lastUsed: z.number().optional(),
  /** For people who look into the database; the tenant's list decides. */
  status: z.enum(['active', 'expired', 'revoked']),
  /** When the timer looks at it next. */
  due: z.number(),
  /** How many days before its end was last warned of. */
  warned: z.number().optional(),
});
/** The record of one key as it is read from the store. */
export type KeyRecord = Readonly<z.infer<typeof keyRecordSchema>>;

/** Where the record of a key is. */
export function keyRecordKey(keyId: string): DocumentKey {
  return { ...partition(keyId), kind: 'key', id: 'key' };
}

/** Reads a record; absence is `undefined`. */
export async function readKeyRecord(store: DocumentStore, keyId: string): Promise<KeyRecord | undefined> {
  const stored = await store.read(keyRecordKey(keyId));
  return stored && keyRecordSchema.parse(stored.document);
}

/** Writes the record of a new key; rejects with StoreError `conflict` when there is one. */
export async function createKeyRecord(store: DocumentStore, keyId: string, record: KeyRecord): Promise<void> {
  const document: Document = { ...record, id: 'key', tenantId: keyId, kind: 'key' };
  await store.commit(partition(keyId), [{ op: 'create', document }]);
}

/** What changes of a record after it is made. */
type KeyRecordChange = Partial<Pick<KeyRecord, 'lastUsed' | 'status' | 'due' | 'warned'>>;

/** Sets properties without a version check, so that the writers of `lastUsed` and `status` never meet. */
export async function setKeyRecord(store: DocumentStore, keyId: string, set: KeyRecordChange): Promise<void> {
  const change: Change = { op: 'increment', kind: 'key', id: 'key', by: {}, set, ifAbsent: 'fail' };
  await store.commit(partition(keyId), [change]);
}

/** Removes a record; does nothing when there is none. */
export async function removeKeyRecord(store: DocumentStore, keyId: string): Promise<void> {
  await commitOnce(store, partition(keyId), [{ op: 'delete', kind: 'key', id: 'key' }]);
}

function partition(keyId: string): Partition {
  return { container: 'tokens', tenantId: keyId };
}
