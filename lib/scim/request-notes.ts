import type { ScimError } from './errors.ts';

/** A failed operation of a bulk request. */
interface RefusedOperation {
  readonly method: string;
  /** The name of the resource type. */
  readonly type?: string;
  readonly id?: string;
  readonly error: ScimError;
}

/** Collects facts about one request, for its log line and the audit trail. */
export class RequestNotes {
  /** Counts of the quirks of the client and the rules of the tenant that applied, by name. */
  readonly quirks: Record<string, number> = {};
  /** Failed operations of a bulk request that did not fail as a whole. */
  readonly refusals: RefusedOperation[] = [];
  /** Numbers of the body that are written in another way than they were sent, by their values. */
  rewrittenNumbers: ReadonlyMap<number, string> = new Map();
  hasChanges = false;
  /** The failure of the request as a whole. */
  error: ScimError | undefined;

  /** Counts quirks and rules by name. */
  met(quirks: Iterable<string>): void {
    for (const quirk of quirks) this.quirks[quirk] = (this.quirks[quirk] ?? 0) + 1;
  }

  /** The names of the quirks and rules that applied so far. */
  get fired(): readonly string[] {
    return Object.keys(this.quirks);
  }

  /** Notes that the request is about to write. */
  changed(): void {
    this.hasChanges = true;
  }

  refused(operation: RefusedOperation): void {
    this.refusals.push(operation);
  }

  failed(error: ScimError): void {
    this.error = error;
  }
}
