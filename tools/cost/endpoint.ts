import type { HttpResponseInit } from '@azure/functions';
import { v7 as newId } from 'uuid';
import { maintainAccounts } from '../../lib/accounts/maintenance.ts';
import { deliverRecords } from '../../lib/audit/deliver-records.ts';
import { maintainDirectory } from '../../lib/directory/maintenance.ts';
import type { DirectoryScope } from '../../lib/directory/scope.ts';
import { groupRoutes, userRoutes } from '../../lib/http/scim/scim-routes.ts';
import { expireKeys } from '../../lib/keys/expire-keys.ts';
import { dueMails } from '../../lib/mail/outbox.ts';
import type { Container } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { purgeTenants } from '../../lib/tenants/remove-tenant.ts';
import { reviewClaims } from '../../lib/tenants/trust-registry.ts';
import { contextIn, pipelineOver, tenant } from '../bench/in-process.ts';
import { benchScope } from '../bench/populate.ts';
import type { Answer, Send } from '../client/connect.ts';
import { recordingStore } from './recording-store.ts';
import { noteWork, type Tally, tallied } from './tally.ts';

/** A request of the client, and the store work for it. */
export interface Played {
  readonly kind: string;
  readonly tally: Tally;
}

/** An endpoint for Entra ID in this process that admits every caller. It records the calls of its store in memory. */
export interface Endpoint extends AsyncDisposable {
  readonly send: Send;
  /** The requests so far; a caller may remove them. */
  readonly played: Played[];
  /** The size of the log so far. */
  readonly log: { bytes: number; lines: number };
  /** The first half of the timer's work; `deliver` is the second. */
  maintain(): Promise<void>;
  deliver(): Promise<void>;
  passTime(milliseconds: number): void;
  count(container: Container, kind: string): Promise<number>;
}

/** The fields of a log line that identify the caller, with values of the usual length. */
const identified = {
  requestId: '00000000-0000-4000-8000-000000000000',
  tenant: '00000000-0000-7000-8000-000000000000',
  credential: 'abcdefghijkl',
};

export function openEndpoint(): Endpoint {
  const plain = openEmbeddedStore({ path: ':memory:' });
  const store = recordingStore(plain, noteWork);
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const scope: DirectoryScope = { ...benchScope(store, tenant.id), now, newId };
  const log = { bytes: 0, lines: 0 };
  const answer = pipelineOver([...userRoutes, ...groupRoutes], {
    context: contextIn(scope, 'entra'),
    log: (line) => {
      log.bytes += Buffer.byteLength(JSON.stringify({ level: 'information', ...line, ...identified }));
      log.lines += 1;
    },
  });
  const played: Played[] = [];
  return {
    played,
    log,
    send: async ({ kind, method, path, body }) => {
      let response: Answer | undefined;
      const tally = await tallied(async () => {
        const request = { method, path, ...(body && { body: JSON.stringify(body) }) };
        response = await toAnswer(await answer(request));
      });
      played.push({ kind, tally });
      return response as Answer;
    },
    async maintain() {
      await maintainDirectory({ store, now, directoryOf: async () => scope });
      await maintainAccounts({ store, now, accountsOf: idle });
      await expireKeys({
        ...{ store, now, secrets: { disable: idle }, holders: { retrieveFresh: idle } },
        ...{ warn: idle, removeKey: idle },
      });
      await reviewClaims({ store, now, listed: async () => [] });
      await purgeTenants({ store, now, removeKey: idle, finishRemoval: idle });
      await dueMails({ store, now });
    },
    deliver: () =>
      deliverRecords({
        ...{ store, now },
        removeLateWrites: idle,
        settle: idle,
        follow: idle,
        daysOf: async () => tenant.policy.audit.days,
        policyOf: async () => tenant.policy,
        lastUseOf: async () => undefined,
        beyondLicence: async () => 0,
      }),
    passTime: (milliseconds) => {
      ahead += milliseconds;
    },
    count: (container, kind) => plain.count({ container, kind, tenantId: tenant.id }),
    [Symbol.asyncDispose]: () => plain.close(),
  };
}

const idle = async () => undefined;

async function toAnswer({ status = 200, headers, body }: HttpResponseInit): Promise<Answer> {
  const named = headers as Readonly<Record<string, string>>;
  const text =
    body === undefined ? '' : await new Response(body as ConstructorParameters<typeof Response>[0]).text();
  return {
    status,
    contentType: named['Content-Type'] ?? '',
    location: named.Location,
    text,
    body: text === '' ? undefined : JSON.parse(text),
    isUnsettled: false,
  };
}
