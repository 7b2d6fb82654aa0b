import { parseArgs } from 'node:util';

/** A command line that is not understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run bench -- flat [--small N] [--large N] [--rounds N] [--check]
  Times the same requests against a small and a large directory (1,000 and 100,000 users).
  --check    exit 1 when one takes more than 1.3 times as long in the large directory

npm run bench -- peers [--users N] [--rounds N] [--milliseconds N]
  Races Muster against SCIMMY and against an empty function.
  --milliseconds N    how long each runs in a round

npm run bench -- cold [--rounds N] [--check]
  Times the start of a process until functions are registered and until the first SCIM answer: bare Node, an
  empty function app, the package, and the sources file by file.
  --check    exit 1 when the package registers later than 150 ms after bare Node

All print tables and write them into docs/performance.md; --dry leaves the page as it is.`;

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

/** The fewest users with which every row can run. */
const usersMin = 500;

const defaults = { small: 1_000, large: 100_000, users: 2_000, rounds: 7, milliseconds: 1_000 } as const;
/** One process after the other is started, and each start may meet a disturbance. */
const coldRounds = 21;

/** Reads the command line; throws a UsageError for what it does not know. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help || command === undefined) return { command: 'help' };
  if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many.\n\n${usage}`);
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
  throw new UsageError(`"${command}" is no benchmark: choose flat, peers or cold.\n\n${usage}`);
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
  throw new UsageError(`--${name} needs a whole number of at least ${min}, and "${text}" is none.`);
}
