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

/** The services for recording answers. */
interface RequestAuditServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  readonly newId: () => string;
  /** Called with the failure if something could not be recorded. */
  readonly log: (cause: unknown) => void;
}

/** Writes events of answers. It waits at most `limits.auditMillisecondsMax` and never rejects. */
interface RequestAudit {
  answered(request: AnsweredRequest, level: Policy['audit']['level']): Promise<void>;
  /** Writes at most one event for each credential and reason in `limits.refusedCredentialSecondsMin`. */
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

/** Waits for the work, but not longer than a time. The work goes on while the request is answered. */
async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, bound]);
  clearTimeout(timer);
}

const silence = limits.refusedCredentialSecondsMin * 1_000;

/** The document that keeps other instances from recording the same refusal. */
function guard({ tenantId, asked, reason }: RefusedCredential, time: number): Document {
  const id = `refused:${asked.credential}.${reason}`;
  return { id, tenantId, kind: 'refused-credential', expires: time + silence };
}

/** Recognises refusals that this instance has recorded recently, so that the store need not be asked. */
function createRepetitions(now: Clock): (name: string) => boolean {
  const last = new LRUCache<string, number>({ max: limits.credentialCacheEntriesMax });
  return (name) => {
    const time = now();
    if (time - (last.get(name) ?? Number.NEGATIVE_INFINITY) < silence) return true;
    last.set(name, time);
    return false;
  };
}
