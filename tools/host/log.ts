import type { LogCategory, LogLevel } from './core-api.ts';

/** Receives one log line of the function app or of the library. */
export type Log = (level: LogLevel, category: LogCategory, message: string) => void;

const order: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

const shown = { user: 'information', system: 'warning', customMetric: 'none' } as const;

/** Prints the app's own log lines from `information` on, and the library's from `warning` on. */
export const printLog: Log = (level, category, message) => {
  if (order.indexOf(level) < order.indexOf(shown[category])) return;
  const print = order.indexOf(level) >= order.indexOf('warning') ? console.error : console.log;
  print(`${level}: ${message}`);
};

/** Describes an error for the log, with its stack if it has one. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
