import { parseOptions, wholeNumber } from '../read-options.ts';

export const usage = `npm run cost -- [options]

Measures the store operations in Entra ID's cycles and writes docs/cost.md.

  --users N  only prints the cost of a directory with N users, from the last measurements

Example:
  npm run cost -- --users 25000`;

const options = { users: { type: 'string' } } as const;

/** Reads the number of users, undefined to measure; throws a UsageError if the command line is wrong. */
export function readUsers(args: readonly string[]): number | undefined {
  const { users } = parseOptions({ usage, options }, args).values;
  return users === undefined ? undefined : wholeNumber('--users', users, 1);
}
