import * as z from 'zod';
import { type Document, type DocumentStore, StoreError } from '../store/document-store.ts';
import type { SecretRecord, SecretStore } from './secret-store.ts';

const serverPartition = { container: 'tokens', tenantId: '_server' } as const;
const serverSecretBytes = 32;

const recordSchema = z.object({
  hash: z.string(),
  pepper: z.string(),
  expires: z.number(),
  enabled: z.boolean(),
  tags: z.record(z.string(), z.string()),
});
const serverSecretSchema = z.object({ value: z.base64url() });

interface LocalSecrets {
  readonly store: DocumentStore;
  readonly randomBytes: (bytes: number) => Buffer;
}

/**
 * Keeps secrets in the document store, for one machine: whoever can read its folder can read the
 * pepper too, so the folder's file permissions are what protects it.
 */
export function createLocalSecretStore({ store, randomBytes }: LocalSecrets): SecretStore {
  return {
    async put(keyId, record) {
      const document = { ...record, id: 'secret', tenantId: keyId, kind: 'secret' };
      await store.commit(keyPartition(keyId), [{ op: 'create', document }]);
    },

    async get(keyId): Promise<SecretRecord | undefined> {
      const stored = await store.read({ ...keyPartition(keyId), kind: 'secret', id: 'secret' });
      return stored && recordSchema.parse(stored.document);
    },

    async disable(keyId) {
      const set = { enabled: false };
      try {
        await store.commit(keyPartition(keyId), [
          { op: 'increment', kind: 'secret', id: 'secret', by: {}, set, ifAbsent: 'fail' },
        ]);
      } catch (error) {
        if (!(error instanceof StoreError && error.kind === 'stale')) throw error;
      }
    },

    async serverSecret(name) {
      const found = await readServerSecret(store, name);
      if (found) return found;
      await createServerSecret(store, {
        id: name,
        tenantId: serverPartition.tenantId,
        kind: 'server-secret',
        value: randomBytes(serverSecretBytes).toString('base64url'),
      });
      const created = await readServerSecret(store, name);
      if (!created) throw new Error(`Server secret ${name} is gone right after its creation`);
      return created;
    },
  };
}

function keyPartition(keyId: string) {
  return { container: 'tokens', tenantId: keyId } as const;
}

async function readServerSecret(store: DocumentStore, name: string): Promise<Uint8Array | undefined> {
  const stored = await store.read({ ...serverPartition, kind: 'server-secret', id: name });
  return stored && Buffer.from(serverSecretSchema.parse(stored.document).value, 'base64url');
}

async function createServerSecret(store: DocumentStore, document: Document): Promise<void> {
  try {
    await store.commit(serverPartition, [{ op: 'create', document }]);
  } catch (error) {
    // Another instance was first: its secret holds.
    if (!(error instanceof StoreError && error.kind === 'conflict')) throw error;
  }
}
