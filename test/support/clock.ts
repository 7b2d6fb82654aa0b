import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The clock of endpoints, which a test puts forward. */
export interface Clock {
  /** Settings of an endpoint that goes by this clock. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  now(): number;
  pass(seconds: number): void;
}

/** Makes a clock, kept in a file of the folder so that other processes see it move. */
export function makeClock(folder: string): Clock {
  const file = join(folder, 'clock');
  let ahead = 0;
  writeFileSync(file, '');
  utimesSync(file, 0, ahead);
  return {
    env: {
      NODE_OPTIONS: `--import=${new URL('../products/clock.mjs', import.meta.url)}`,
      TEST_CLOCK_FILE: file,
    },
    now: () => Date.now() + ahead * 1_000,
    pass(seconds) {
      ahead += seconds;
      utimesSync(file, 0, ahead);
    },
  };
}
