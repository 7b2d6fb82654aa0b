import type { Output } from './output.ts';
import { showDuration } from './times.ts';

/** Shows the progress, the speed and the remaining time of long work. */
export interface Progress {
  /** Takes the total done so far. */
  advance(done: number): void;
  /** Removes the bar. */
  finish(): void;
}

const width = 24;
const redrawMilliseconds = 80;
const lineMilliseconds = 10_000;

/** Starts at `done` of `total`: on a terminal a bar that redraws itself, elsewhere a line every 10 s. */
export function createProgress(
  output: Output,
  { title, total, done: before }: { title: string; total: number; done: number },
): Progress {
  const started = performance.now();
  let [drawn, told] = [0, started];
  const describe = (done: number) => {
    const seconds = (performance.now() - started) / 1_000;
    const rate = (done - before) / Math.max(seconds, 0.001);
    const left = rate > 0 ? `, ${showDuration(Math.max(total - done, 0) / rate)} left` : '';
    return `${count(done)} of ${count(Math.max(total, done))}, ${Math.round(rate)}/s${left}`;
  };
  return {
    advance(done) {
      const now = performance.now();
      if (now - drawn > redrawMilliseconds) {
        drawn = now;
        output.passing(`${title} ${bar(done, total)} ${describe(done)}`);
      }
      if (!output.isTerminal && now - told > lineMilliseconds) {
        told = now;
        output.warn(`${title}: ${describe(done)}`);
      }
    },
    finish: () => output.passing(''),
  };
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? width : Math.min(Math.round((width * done) / total), width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** Formats a number such as `12,345`. */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}
