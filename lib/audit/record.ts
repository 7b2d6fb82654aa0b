import { type AuditFacts, isManagement, type RecordDocument } from '../store/change-document.ts';
import type { Change, Container, Partition } from '../store/document-store.ts';

/** The partition of a tenant's runs, and of the records of requests that changed nothing. */
export function auditPartition(tenantId: string): Partition {
  return { container: 'audit', tenantId };
}

/** The time `days` days later. Times are in milliseconds since 1970. */
export function expiryOf(time: number, days: number): number {
  return time + days * 86_400_000;
}

/** The operation of a record that a client does not fit the profile of its tenant. No run counts it. */
export const recognition = 'recognise';

/** Recognises a request that was answered with an error. */
export function isRefused({ outcome }: AuditFacts): boolean {
  return outcome === 'refused' || outcome === 'failed';
}

/** Recognises a request that only reads. */
export function isRead({ operation }: Pick<AuditFacts, 'operation'>): boolean {
  return operation === 'query' || operation === 'retrieve';
}

/** Actors that are neither clients nor operators. */
const ownActors: ReadonlySet<string> = new Set(['timer', 'activation']);

/** Accepts a credential of a client, whose records form runs. */
export function hasRuns(credential: string): boolean {
  return !ownActors.has(credential) && !isManagement(credential);
}

/** A record that is due, its container, and the version under which it can be changed. */
export interface DueRecord {
  readonly container: Container;
  readonly record: RecordDocument;
  readonly version: string;
}

/** The change that ends the delivery of a record: it stays for `days` days, or goes if it is not kept. */
export function conclusion(
  { record, version: ifVersion }: DueRecord,
  { days, run }: { days: number; run: string | undefined },
): Change {
  const { kind, id, kept, expires = expiryOf(Date.parse(record.at), days) } = record;
  if (kept === false) return { op: 'delete', kind, id, ifVersion };
  const told = { users: undefined, followUps: undefined, event: undefined, isFinal: undefined };
  return { op: 'replace', document: { ...record, ...told, due: undefined, run, expires }, ifVersion };
}

/** Selects the records of one container. */
export function recordsIn(container: Container, records: readonly DueRecord[]): readonly DueRecord[] {
  return records.filter((one) => one.container === container);
}
