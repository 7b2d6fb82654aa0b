import * as z from 'zod';
import { commitOnce } from '../store/commit-once.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { firstWritten, removeFirstWritten } from './first-written.ts';
import { type SecretStore, secretKind } from './secret-store.ts';

const serverSecretBytes = 32;

const recordSchema = z.object({
  hash: z.string(),
  pepper: z.string(),
  /** The end of the key. The document outlives it, so it must not be the `expires` of a document. */
  ends: z.number(),
  enabled: z.boolean(),
  tags: z.record(z.string(), z.string()),
});
const serverSecretSchema = z.object({ value: z.base64url() });

interface LocalSecrets {
  readonly store: DocumentStore;
  readonly randomBytes: (bytes: number) => Buffer;
}

/**
 * Keeps secrets in the document store, for use on one machine. A person who can read its folder can read the
 * pepper too, so only the file permissions of the folder protect the secrets.
 */
export function createLocalSecretStore({ store, randomBytes }: LocalSecrets): SecretStore {
  return {
    async put(keyId, { expires: ends, ...record }) {
      const document = { ...record, ends, enabled: true, id: 'secret', tenantId: keyId, kind: secretKind };
      await store.commit(keyPartition(keyId), [{ op: 'create', document }]);
    },

    async get(keyId) {
      const stored = await store.read({ ...keyPartition(keyId), kind: secretKind, id: 'secret' });
      if (stored?.document.hash === undefined) return undefined;
      const { expires, ...present } = stored.document;
      const { enabled, ends, ...record } = recordSchema.parse({ ends: expires, ...present });
      return enabled ? { ...record, expires: ends } : 'disabled';
    },

    async disable(keyId) {
      const set = { enabled: false };
      await commitOnce(store, keyPartition(keyId), [
        { op: 'increment', kind: secretKind, id: 'secret', by: {}, set, ifAbsent: 'fail' },
      ]);
    },

    async remove(keyId) {
      // The empty document stays, so that the key id is not used again.
      const document = { id: 'secret', tenantId: keyId, kind: secretKind };
      await commitOnce(store, keyPartition(keyId), [{ op: 'replace', document }]);
    },

    async serverSecret(name) {
      const document = await firstWritten(store, { kind: 'server-secret', id: name }, async () => ({
        value: randomBytes(serverSecretBytes).toString('base64url'),
      }));
      return Buffer.from(serverSecretSchema.parse(document).value, 'base64url');
    },

    removeServerSecret: (name) => removeFirstWritten(store, { kind: 'server-secret', id: name }),
  };
}

function keyPartition(keyId: string) {
  return { container: 'tokens', tenantId: keyId } as const;
}
