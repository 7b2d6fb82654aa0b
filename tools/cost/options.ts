import { parseArgs } from 'node:util';

/** A command line that is not understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run cost
  Measures what Entra ID's cycles ask of the store and writes docs/cost.md.

npm run cost -- --users N
  Prints what a directory of N users costs, by what was measured last.`;

export type CostOptions = 'help' | 'measure' | { readonly users: number };

/** Reads the command line; throws a UsageError for what it does not know. */
export function readOptions(args: readonly string[]): CostOptions {
  const { users, help } = parse(args);
  if (help) return 'help';
  if (users === undefined) return 'measure';
  const number = Number(users);
  if (/^\d+$/.test(users) && number > 0) return { users: number };
  throw new UsageError(`--users needs a whole number of at least 1, and "${users}" is none.`);
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
