/** One request whose answer is not what Entra ID expects. */
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
  readonly deviations: number;
}

/** Collects what a run saw: latencies in milliseconds by kind of request, deviations, and throttled requests. */
export interface Recorder {
  readonly deviations: readonly Deviation[];
  readonly throttled: number;
  latency(kind: string, milliseconds: number): void;
  deviate(deviation: Deviation): void;
  throttle(): void;
  summaries(): readonly KindSummary[];
}

export function createRecorder(): Recorder {
  const latencies = new Map<string, number[]>();
  const deviations: Deviation[] = [];
  let throttled = 0;
  return {
    deviations,
    get throttled() {
      return throttled;
    },
    latency: (kind, milliseconds) => {
      const known = latencies.get(kind);
      if (known) known.push(milliseconds);
      else latencies.set(kind, [milliseconds]);
    },
    deviate: (deviation) => void deviations.push(deviation),
    throttle: () => {
      throttled += 1;
    },
    summaries: () =>
      [...latencies].map(([kind, times]) => ({
        ...summarise(times),
        kind,
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
