/** One request whose answer is not what the client expects. */
export interface Deviation {
  readonly kind: string;
  readonly request: string;
  readonly expected: string;
  readonly got: string;
}

export interface KindSummary {
  readonly kind: string;
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  /** The number of answers 429 and 503 with `Retry-After`. */
  readonly unsettled: number;
  readonly deviations: number;
}

/** Collects the results of a run by kind of request: latencies in milliseconds, repetitions and deviations. */
export interface Recorder {
  readonly deviations: readonly Deviation[];
  latency(kind: string, milliseconds: number): void;
  deviate(deviation: Deviation): void;
  unsettled(kind: string): void;
  summaries(): readonly KindSummary[];
}

/** Creates a recorder; `conceal` removes from each deviation what a report must not show. */
export function createRecorder(conceal = (deviation: Deviation) => deviation): Recorder {
  const latencies = new Map<string, number[]>();
  const deviations: Deviation[] = [];
  const unsettled = new Map<string, number>();
  return {
    deviations,
    latency: (kind, milliseconds) => {
      const known = latencies.get(kind);
      if (known) known.push(milliseconds);
      else latencies.set(kind, [milliseconds]);
    },
    deviate: (deviation) => void deviations.push(conceal(deviation)),
    unsettled: (kind) => void unsettled.set(kind, (unsettled.get(kind) ?? 0) + 1),
    summaries: () =>
      [...latencies].map(([kind, times]) => ({
        ...summarise(times),
        kind,
        unsettled: unsettled.get(kind) ?? 0,
        deviations: deviations.filter((deviation) => deviation.kind === kind).length,
      })),
  };
}

function summarise(times: readonly number[]): { count: number; p50: number; p95: number } {
  const sorted = [...times].sort((a, b) => a - b);
  return { count: sorted.length, p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) };
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
