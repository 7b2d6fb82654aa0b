/** A judge's verdict on one check. */
export interface Verdict {
  readonly check: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** The reason why the check failed or was skipped; empty if it passed. */
  readonly reason: string;
  /** The document that describes the check, of a judge that was written here. */
  readonly source?: string;
}

/** The result of one judge: its verdicts, or the reason why it did not run. */
export type Judgement = {
  readonly judge: string;
} & ({ readonly version: string; readonly verdicts: readonly Verdict[] } | { readonly absent: string });

/** The endpoint that the judges test, and the folder in which they are installed. */
export interface Court {
  readonly tenantUrl: string;
  readonly token: string;
  /** The client secret of the tenant, and the endpoint that issues tokens for it. */
  readonly client: {
    readonly tokenEndpoint: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  readonly cache: string;
}

export interface Judge {
  readonly name: string;
  /** The packs of its tenant; none if absent. */
  readonly packs?: readonly string[];
  /** Rejects with JudgeAbsent if the judge cannot run on this machine. */
  ask(court: Court): Promise<{ readonly version: string; readonly verdicts: readonly Verdict[] }>;
}

/** A judge cannot run on this machine; the message says why. */
export class JudgeAbsent extends Error {
  override readonly name = 'JudgeAbsent';
}

/** Writes a reason in one line of at most 240 characters. */
export function inOneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 240 ? line : `${line.slice(0, 239)}…`;
}
