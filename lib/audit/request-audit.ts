import { LRUCache } from 'lru-cache';
import { limits } from '../base/limits.ts';
import { eventKind } from '../directory/events.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, DocumentStore } from '../store/document-store.ts';
import { type AuditEvent, type AuditFacts, auditPartition } from './record.ts';

/** What a request leaves for the trail beside the events of its changes. */
export interface Answered {
  readonly tenantId: string;
  readonly facts: readonly AnsweredFacts[];
}
type AnsweredFacts = Omit<AuditFacts, 'at' | 'attributes'>;

/** What answers are taken down with. */
export interface RequestAuditParts {
  readonly store: DocumentStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Told why something could not be taken down. */
  readonly log: (cause: unknown) => void;
}

/** Takes down what a request is answered, for the timer to deliver; waits a second at most and never rejects. */
export type RequestAudit = (answered: Answered) => Promise<void>;

/** A credential that is refused, as the reason tells, leaves one record for each reason in five minutes. */
export function createRequestAudit({ store, now, newId, log }: RequestAuditParts): RequestAudit {
  const isRepeated = createRepetitions(now);
  const toEvent = (tenantId: string, facts: AnsweredFacts): AuditEvent => {
    const due = now();
    const at = new Date(due).toISOString();
    return { id: `event:${newId()}`, tenantId, kind: eventKind, due, at, attributes: [], ...facts };
  };
  const leave = async ({ tenantId, facts }: Answered): Promise<void> => {
    const guards = facts.flatMap((fact) => (fact.reason === undefined ? [] : guard(tenantId, fact, now())));
    if (guards.some(({ id }) => isRepeated(id))) return;
    const documents = [...guards, ...facts.map((fact) => toEvent(tenantId, fact))];
    const changes = documents.map((document): Change => ({ op: 'create', document }));
    const size = limits.batchChangesMax;
    const batches = Array.from({ length: Math.ceil(changes.length / size) }, (_, n) =>
      changes.slice(n * size, (n + 1) * size),
    );
    await Promise.all(batches.map((batch) => commitOnce(store, auditPartition(tenantId), batch)));
  };
  return (answered) => atMost(limits.auditMillisecondsMax, leave(answered).catch(log));
}

/** What takes longer goes on beside the answer. */
async function atMost(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, bound]);
  clearTimeout(timer);
}

const silence = limits.refusedCredentialSecondsMin * 1_000;

/** As long as it is there, no other instance takes the same down. */
function guard(tenantId: string, { credential, reason }: AnsweredFacts, time: number): Document {
  const id = `refused:${credential}.${reason}`;
  return { id, tenantId, kind: 'refused-credential', expires: time + silence };
}

/** Spares the store the question as long as the answer is known here; also when it does not answer. */
function createRepetitions(now: () => number): (name: string) => boolean {
  const last = new LRUCache<string, number>({ max: limits.credentialCacheEntriesMax });
  return (name) => {
    const time = now();
    if (time - (last.get(name) ?? Number.NEGATIVE_INFINITY) < silence) return true;
    last.set(name, time);
    return false;
  };
}
