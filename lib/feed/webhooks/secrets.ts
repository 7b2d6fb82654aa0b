import { LRUCache } from 'lru-cache';
import { once } from '../../base/once.ts';
import type { SecretStore } from '../../keys/secret-store.ts';
import { type SigningKeys, signingKeys } from './signatures.ts';
import type { WebhookDocument, WebhookRef } from './webhook.ts';

/** Endpoints whose keys an instance keeps in memory. */
const remembered = 1_000;

/** Makes what finds the keys of endpoints. Their secrets lie with those of the server, one for each version. */
export function createWebhookSecrets(secrets: Pick<SecretStore, 'serverSecret' | 'removeServerSecret'>) {
  const memory = new LRUCache<string, () => Promise<SigningKeys>>({ max: remembered });
  const nameOf = ({ id }: WebhookRef, version: number) => `webhook-${id}-${version}`;

  function keysOf(ref: WebhookRef, version: number): Promise<SigningKeys> {
    const name = nameOf(ref, version);
    const load = memory.get(name) ?? once(async () => signingKeys(await secrets.serverSecret(name)));
    memory.set(name, load);
    return load();
  }

  return {
    keysOf,
    /** The keys that sign at a time in milliseconds since 1970, the latest first. */
    signing(ref: WebhookRef, webhook: Pick<WebhookDocument, 'secrets'>, now: number) {
      const valid = webhook.secrets.filter(({ until }) => until === undefined || until > now);
      const latestFirst = valid.toSorted((a, b) => b.version - a.version);
      return Promise.all(latestFirst.map(({ version }) => keysOf(ref, version)));
    },
    async remove(ref: WebhookRef, version: number): Promise<void> {
      memory.delete(nameOf(ref, version));
      await secrets.removeServerSecret(nameOf(ref, version));
    },
  };
}

/** The keys of the endpoints of an instance. */
export type WebhookSecrets = ReturnType<typeof createWebhookSecrets>;
