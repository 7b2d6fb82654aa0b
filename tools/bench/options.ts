import { parseArgs } from 'node:util';

/** An error in the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run bench -- flat [--small N] [--large N] [--rounds N] [--check]
  Times the same requests against a small and a large directory (1,000 and 100,000 users).
  --check    exit with 1 if a request takes more than 1.3 times as long in the large directory

npm run bench -- peers [--users N] [--rounds N] [--milliseconds N]
  Compares the speed of Muster with that of SCIMMY and of an empty function.
  --milliseconds N    time for each of them in a round

npm run bench -- cold [--rounds N] [--check]
  Times the start of a process until functions are registered and until the first SCIM answer, for bare Node,
  an empty function app, the package, and the unbundled sources.
  --check    exit with 1 if the package registers more than 150 ms later than bare Node

All print tables and write them into docs/performance.md; with --dry they do not change the page.`;

export type BenchOptions =
  | { readonly command: 'help' }
  | {
      readonly command: 'flat';
      readonly small: number;
      readonly large: number;
      readonly rounds: number;
      readonly check: boolean;
      readonly dry: boolean;
    }
  | {
      readonly command: 'peers';
      readonly users: number;
      readonly rounds: number;
      readonly milliseconds: number;
      readonly dry: boolean;
    }
  | {
      readonly command: 'cold';
      readonly rounds: number;
      readonly check: boolean;
      readonly dry: boolean;
    };

/** The smallest number of users with which every row can run. */
const usersMin = 500;

const defaults = { small: 1_000, large: 100_000, users: 2_000, rounds: 7, milliseconds: 1_000 } as const;
/** Many rounds, because each start of a process may be disturbed by other work on the machine. */
const coldRounds = 21;

/** Reads the command line; throws a UsageError if it is wrong. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help || command === undefined) return { command: 'help' };
  if (rest.length > 0) throw new UsageError(`Unexpected argument "${rest[0]}".\n\n${usage}`);
  const number = (name: keyof typeof defaults, min: number) => readNumber(name, values[name], min);
  const rounds = number('rounds', 1);
  const { dry, check } = values;
  if (command === 'flat') {
    return {
      command,
      small: number('small', usersMin),
      large: number('large', usersMin),
      rounds,
      check,
      dry,
    };
  }
  if (command === 'peers') {
    return { command, users: number('users', 1), rounds, milliseconds: number('milliseconds', 1), dry };
  }
  if (command === 'cold') {
    return { command, rounds: values.rounds === undefined ? coldRounds : rounds, check, dry };
  }
  throw new UsageError(`"${command}" is not a benchmark: choose flat, peers or cold.\n\n${usage}`);
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        small: text,
        large: text,
        users: text,
        rounds: text,
        milliseconds: text,
        check: flag,
        dry: flag,
        help: flag,
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new UsageError(`${reason}.\n\n${usage}`);
  }
}

function readNumber(name: keyof typeof defaults, text: string | undefined, min: number): number {
  if (text === undefined) return defaults[name];
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min) return number;
  throw new UsageError(`--${name} needs a whole number of at least ${min}, not "${text}".`);
}
