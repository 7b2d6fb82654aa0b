import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { Stamper } from '../../../lib/feed/stamp.ts';
import { readWebhook } from '../../../lib/feed/webhooks/keep-webhooks.ts';
import { createWebhook } from '../../../lib/feed/webhooks/manage.ts';
import { openWebhooks } from '../../../lib/feed/webhooks/open-webhooks.ts';
import { refOf, type WebhookRef } from '../../../lib/feed/webhooks/webhook.ts';
import { createLocalSecretStore } from '../../../lib/keys/local-secret-store.ts';
import { type ChangeFacts, type RecordDocument, recordChange } from '../../../lib/store/change-document.ts';
import type { Container, DocumentStore } from '../../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';
import { createTenants } from '../../../lib/tenants/tenants.ts';
import { type Receiver, startReceiver } from './receiver.ts';

export const actor = { credential: 'management', requestId: 'request' };

/** A change of a user, unless it says otherwise. */
export type Told = Partial<ChangeFacts>;

/** A deployment in this process with a receiver, and a clock that the test turns. */
export async function openStage() {
  const store = openEmbeddedStore({ path: ':memory:' });
  const clock = { time: Date.now() };
  const receiver = await startReceiver();
  const lines: object[] = [];
  const parts = { store, now: () => clock.time, newId };
  const secretStore = createLocalSecretStore({ store, randomBytes });
  const tenants = createTenants({ ...parts, recordDays: 1 });

  /** One instance on the store, or on one that breaks down, with a clock of its own if it differs. */
  function start(on: DocumentStore = store, now = parts.now) {
    const stamper = new Stamper({ ...parts, daysOf: async () => 30, entered: () => undefined });
    const opened = openWebhooks({
      ...{ ...parts, now, store: on, tenants, secretStore, hosts: [receiver.host], chance: () => 0 },
      ...{ baseUrl: 'https://scim.example.com', apiUrl: 'https://scim.example.com/api/v1' },
      ...{ scopeOf: async () => undefined, undelivered: () => undefined },
      log: (_: string, line: object) => void lines.push(line),
    });
    const { webhooks } = opened;
    return {
      ...opened,
      /** Enters changes into a feed and begins their delivery, as an instance does after a request. */
      async enter(feed: string, told: readonly Told[]) {
        await stamper.stamp(
          feed,
          told.map((one) => recordOf(feed, one)),
        );
        await webhooks.wake(feed);
      },
      async timer() {
        await webhooks.runDue({ store: on, now });
        await webhooks.settled();
      },
    };
  }

  let changes = 0;
  function recordOf(tenantId: string, told: Told): RecordDocument {
    changes += 1;
    const facts = { operation: 'modify', resourceType: 'User', resource: `u${changes}`, ...told };
    const recording = { ...parts, tenantId, actor, auditLevel: 'debug' } as const;
    return recordChange(recording, { attributes: ['title'], ...facts }).document as RecordDocument;
  }

  const one = start();
  return {
    ...{ store, clock, receiver, lines, start, one, tenants, secretStore },
    /** Creates an endpoint at the receiver; yields its name and secret. */
    async endpoint(settings: { tenant?: string; ordered?: boolean; types?: string[] } = {}) {
      const { tenant, ordered = true, types = [] } = settings;
      const given = { url: receiver.url, description: '', types, ordered, tenant, actor };
      const { webhook, secret } = await createWebhook(one, given);
      return { ref: refOf(webhook), secret };
    },
    async stateOf(ref: WebhookRef) {
      const webhook = await readWebhook(store, ref);
      if (!webhook) throw new Error('The endpoint is gone');
      return webhook;
    },
    /** The number of documents of some kinds in partitions. */
    async count(tenantId: string, kinds: readonly string[], container: Container = 'tenants') {
      const numbers = kinds.map((kind) => store.count({ container, tenantId, kind }));
      return (await Promise.all(numbers)).reduce((sum, number) => sum + number, 0);
    },
    async [Symbol.asyncDispose]() {
      await one.webhooks.settled();
      await receiver[Symbol.asyncDispose]();
      await store.close();
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** The ids of the events that a receiver has accepted. */
export const idsOf = ({ accepted }: Receiver) => accepted.map(({ event }) => event.id);
export const sequencesOf = ({ accepted }: Receiver) => accepted.map(({ event }) => Number(event.sequence));
export const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
