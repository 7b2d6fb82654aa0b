import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { eventKind } from '../directory/events.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, DocumentStore } from '../store/document-store.ts';
import type { Policy } from '../tenants/policy.ts';
import {
  type AnsweredFacts,
  type AnsweredRequest,
  factsToKeep,
  isKeptRefusal,
  type RefusedCredential,
  refusalFacts,
} from './answered.ts';
import { type AuditEvent, auditPartition } from './record.ts';

/** The services that answers are recorded with. */
interface RequestAuditServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  readonly newId: () => string;
  /** Told why something could not be taken down. */
  readonly log: (cause: unknown) => void;
}

/** Leaves what a request was answered for the timer to deliver; waits a second at most and never rejects. */
interface RequestAudit {
  answered(request: AnsweredRequest, level: Policy['audit']['level']): Promise<void>;
  /** Leaves one record for each credential and reason in five minutes. */
  credentialRefused(refused: RefusedCredential): Promise<void>;
}

/** Makes the audit of requests of one instance. */
export function createRequestAudit({ store, now, newId, log }: RequestAuditServices): RequestAudit {
  const isRepeated = createRepetitions(now);
  const toEvent = (tenantId: string, facts: AnsweredFacts): AuditEvent => {
    const due = now();
    const at = new Date(due).toISOString();
    return { id: `event:${newId()}`, tenantId, kind: eventKind, due, at, attributes: [], ...facts };
  };
  const leave = async (tenantId: string, documents: readonly Document[]): Promise<void> => {
    const changes = documents.map((document): Change => ({ op: 'create', document }));
    const size = limits.batchChangesMax;
    const batches = Array.from({ length: Math.ceil(changes.length / size) }, (_, n) =>
      changes.slice(n * size, (n + 1) * size),
    );
    const commits = batches.map((batch) => commitOnce(store, auditPartition(tenantId), batch));
    await atMost(limits.auditMillisecondsMax, Promise.all(commits).catch(log));
  };
  return {
    async answered(request, level) {
      const facts = factsToKeep(request, level);
      if (facts.length === 0) return;
      await leave(
        request.tenantId,
        facts.map((one) => toEvent(request.tenantId, one)),
      );
    },

    async credentialRefused(refused) {
      if (!isKeptRefusal(refused)) return;
      const known = guard(refused, now());
      if (isRepeated(known.id)) return;
      await leave(refused.tenantId, [known, toEvent(refused.tenantId, refusalFacts(refused))]);
    },
  };
}

/** What takes longer goes on beside the answer. */
async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, bound]);
  clearTimeout(timer);
}

const silence = limits.refusedCredentialSecondsMin * 1_000;

/** As long as it is there, no other instance takes the same down. */
function guard({ tenantId, asked, reason }: RefusedCredential, time: number): Document {
  const id = `refused:${asked.credential}.${reason}`;
  return { id, tenantId, kind: 'refused-credential', expires: time + silence };
}

/** Spares the store the question as long as the answer is known here; also when it does not answer. */
function createRepetitions(now: Clock): (name: string) => boolean {
  const last = new LRUCache<string, number>({ max: limits.credentialCacheEntriesMax });
  return (name) => {
    const time = now();
    if (time - (last.get(name) ?? Number.NEGATIVE_INFINITY) < silence) return true;
    last.set(name, time);
    return false;
  };
}
