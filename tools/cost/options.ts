import { parseArgs } from 'node:util';

/** An error in the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run cost
  Measures the store operations in Entra ID's cycles and writes docs/cost.md.

npm run cost -- --users N
  Prints the cost of a directory with N users, from the last measurements.`;

export type CostOptions = 'help' | 'measure' | { readonly users: number };

/** Reads the command line; throws a UsageError if it is wrong. */
export function readOptions(args: readonly string[]): CostOptions {
  const { users, help } = parse(args);
  if (help) return 'help';
  if (users === undefined) return 'measure';
  const number = Number(users);
  if (/^\d+$/.test(users) && number > 0) return { users: number };
  throw new UsageError(`--users needs a whole number of at least 1, not "${users}".`);
}

function parse(args: readonly string[]) {
  const options = { users: { type: 'string' }, help: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new UsageError(`${reason}.\n\n${usage}`);
  }
}
