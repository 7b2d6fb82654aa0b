/** What a judge says about one check. */
export interface Verdict {
  readonly check: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped; empty for what passed. */
  readonly reason: string;
}

/** What came of asking one judge: its verdicts, or why it could not be asked. */
export type Judgement = {
  readonly judge: string;
} & ({ readonly version: string; readonly verdicts: readonly Verdict[] } | { readonly absent: string });

/** Where the judges find the endpoint, and the folder that keeps what they install. */
export interface Court {
  readonly tenantUrl: string;
  readonly token: string;
  readonly cache: string;
}

export interface Judge {
  readonly name: string;
  /** Throws JudgeAbsent when the judge cannot be had here. */
  ask(court: Court): Promise<{ readonly version: string; readonly verdicts: readonly Verdict[] }>;
}

/** A judge cannot be had on this machine; the message says why. */
export class JudgeAbsent extends Error {
  override readonly name = 'JudgeAbsent';
}

/** Writes a reason in one line of bounded length. */
export function inOneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 240 ? line : `${line.slice(0, 239)}…`;
}
