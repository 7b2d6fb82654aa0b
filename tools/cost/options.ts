import { parseOptions, wholeNumber } from '../read-options.ts';

export const usage = `npm run cost -- [options]

Measures what Entra ID's cycles ask of the store and writes docs/cost.md.

  --users N  only prints what a directory of N users costs, by what was measured last

Example:
  npm run cost -- --users 25000`;

const options = { users: { type: 'string' } } as const;

/** Reads the number of users, undefined to measure; throws a UsageError for what it does not know. */
export function readUsers(args: readonly string[]): number | undefined {
  const { users } = parseOptions({ usage, options }, args).values;
  return users === undefined ? undefined : wholeNumber('--users', users, 1);
}
