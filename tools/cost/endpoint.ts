import type { HttpResponseInit } from '@azure/functions';
import { v7 as newId } from 'uuid';
import { maintainAccounts } from '../../lib/accounts/maintenance.ts';
import { dueKinds } from '../../lib/app/due-kinds.ts';
import { deliverRecords, type RecordDelivery } from '../../lib/audit/deliver-records.ts';
import { limits } from '../../lib/base/limits.ts';
import { maintainDirectory } from '../../lib/directory/maintenance.ts';
import type { DirectoryScope } from '../../lib/directory/scope.ts';
import { Stamper } from '../../lib/feed/stamp.ts';
import { groupRoutes, userRoutes } from '../../lib/http/scim/scim-routes.ts';
import { expireKeys } from '../../lib/keys/expire-keys.ts';
import { dueMails } from '../../lib/mail/outbox.ts';
import { type RecordDocument, recordKind } from '../../lib/store/change-document.ts';
import type { Container, DocumentStore } from '../../lib/store/document-store.ts';
import type { TimerRun } from '../../lib/store/due-jobs.ts';
import { dueTogether } from '../../lib/store/due-together.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { interceptCommits } from '../../lib/store/store-until.ts';
import { isSweepDue, markingStore } from '../../lib/store/work-mark.ts';
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
  /** The first half of the timer's work; `deliver` is the second, and `sweep` both in one run. */
  maintain(): Promise<void>;
  deliver(): Promise<void>;
  /** Enters recorded changes of users into the feed, as an instance does right after they were made. */
  enter(): Promise<void>;
  /** The work of entering changes into the feed so far, which `deliver` does first. */
  readonly entering: Tally[];
  sweep(): Promise<void>;
  /** Looks whether a sweep is due. */
  look(): Promise<boolean>;
  /** Marks that there is work, as a new instance. */
  mark(): Promise<void>;
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
  let writes = 0;
  const store = interceptCommits(recordingStore(plain, noteWork), (inner) => (partition, changes) => {
    writes += 1;
    return inner.commit(partition, changes);
  });
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
  const openRun = () => ({
    store: dueTogether(store, { kinds: dueKinds, writesIn: () => writes }),
    now,
  });
  const played: Played[] = [];
  const delivered = new Map<string, number>();
  const stamper = new Stamper({ store, now, newId, daysOf: async () => 30, entered: () => undefined });
  const entering: Tally[] = [];
  const stamp = async (_: string, records: readonly RecordDocument[]) => {
    entering.push(await tallied(() => stamper.stamp(tenant.id, records)));
  };
  return {
    entering,
    enter: async () => stamper.stamp(tenant.id, await waitingUsers(store, now())),
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
    maintain: () => maintain(openRun(), scope),
    deliver: () => deliver({ ...openRun(), delivered, stamp }),
    async sweep() {
      const run = openRun();
      await maintain(run, scope);
      await deliver({ ...run, delivered, stamp });
    },
    look: () => isSweepDue(store, now()),
    mark: () => markingStore(store, now).markWork(),
    passTime: (milliseconds) => {
      ahead += milliseconds;
    },
    count: (container, kind) => plain.count({ container, kind, tenantId: tenant.id }),
    [Symbol.asyncDispose]: () => plain.close(),
  };
}

/** The records of users that wait, as an instance reads them right after changes. */
async function waitingUsers(store: DocumentStore, before: number): Promise<readonly RecordDocument[]> {
  const range = { before, limit: limits.maintenanceBatchMax, tenantId: tenant.id };
  return (await store.due('users', [recordKind], range)).map(({ document }) => document as RecordDocument);
}

const idle = async () => undefined;

async function maintain(run: TimerRun, scope: DirectoryScope): Promise<void> {
  await maintainDirectory({ ...run, directoryOf: async () => scope });
  await maintainAccounts({ ...run, accountsOf: idle });
  await expireKeys({
    ...{
      ...run,
      secrets: { disable: idle },
      holders: { retrieveFresh: idle, appKeys: { retrieveFresh: idle } },
    },
    ...{ warn: idle, removeKey: idle },
  });
  await reviewClaims({ ...run, listed: async () => [] });
  await purgeTenants({ ...run, removeKey: idle, finishRemoval: idle, removeWebhooks: idle });
  await dueMails(run);
}

function deliver(run: TimerRun & Pick<RecordDelivery, 'delivered' | 'stamp'>): Promise<void> {
  return deliverRecords({
    ...run,
    removeLateWrites: idle,
    settle: idle,
    follow: idle,
    daysOf: async () => tenant.policy.audit.days,
    policyOf: async () => tenant.policy,
    lastUseOf: async () => undefined,
    beyondLicence: async () => 0,
  });
}

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
