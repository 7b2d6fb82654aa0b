import type { ScimError } from './errors.ts';

/** One operation of a bulk request that failed. */
interface RefusedOperation {
  readonly method: string;
  /** The name of the resource type. */
  readonly type?: string;
  readonly id?: string;
  readonly error: ScimError;
}

/** Takes what the steps of one request note on their way, for its line in the log and for the audit trail. */
export class RequestNotes {
  /** How often each quirk of the client, and each rule of the tenant, was met. */
  readonly quirks: Record<string, number> = {};
  /** Operations that failed, of a bulk request that as a whole did not. */
  readonly refusals: RefusedOperation[] = [];
  hasChanges = false;
  /** Why the request as a whole failed. */
  error: ScimError | undefined;

  /** Notes quirks and rules, by their names. */
  met(quirks: Iterable<string>): void {
    for (const quirk of quirks) this.quirks[quirk] = (this.quirks[quirk] ?? 0) + 1;
  }

  /** The names of quirks and rules so far. */
  get fired(): readonly string[] {
    return Object.keys(this.quirks);
  }

  /** Notes that something is about to be written. */
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
