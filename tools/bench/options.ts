import { parseOptions, UsageError, wholeNumber } from '../read-options.ts';

export const usage = `npm run bench -- flat|peers|cold [options]

flat   times the same requests against a small and a large directory
  --small N         users in the small one (default 1000)
  --large N         users in the large one (default 100000)
  --rounds N        how often (default 7)
  --check           exits with 1 when a request takes more than 1.3 times as long in the large directory

peers  races Muster against SCIMMY and against an empty function
  --users N         users in the directory (default 2000)
  --rounds N        how often (default 7)
  --milliseconds N  how long each runs in a round (default 1000)

cold   times the start of a process until functions are registered and until the first SCIM answer,
       for bare Node, an empty function app, the package, and the sources file by file
  --rounds N        how often (default 21)
  --check           exits with 1 when the package registers later than 150 ms after bare Node

All print tables and write them into docs/performance.md.
  --dry             leaves the page as it is

Example:
  npm run bench -- flat --large 20000 --dry`;

export type BenchOptions =
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

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  small: text,
  large: text,
  users: text,
  rounds: text,
  milliseconds: text,
  check: flag,
  dry: flag,
} as const;

/** The fewest users with which every row can run. */
const usersMin = 500;

const defaults = { small: 1_000, large: 100_000, users: 2_000, rounds: 7, milliseconds: 1_000 } as const;
/** One process after the other is started, and each start may meet a disturbance. */
const coldRounds = 21;

/** Reads the command line; throws a UsageError for what it does not know. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, words } = parseOptions({ usage, options, takesWords: true }, args);
  const [command, ...rest] = words;
  if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many.\n\n${usage}`);
  const number = (name: keyof typeof defaults, min: number) =>
    wholeNumber(`--${name}`, values[name] ?? String(defaults[name]), min);
  const rounds = number('rounds', 1);
  const { dry = false, check = false } = values;
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
  throw new UsageError(`Name a benchmark: flat, peers or cold.\n\n${usage}`);
}
