import { parseOptions, UsageError, wholeNumber } from '../read-options.ts';
import { type AgainstRow, againstRows } from './against-rows.ts';

export const usage = `npm run bench -- flat|peers|cold|tenants|disk|fair|growth|reach|against REF [options]

flat   times the same requests against a small and a large directory
  --small N         users in the small one (default 1000)
  --large N         users in the large one (default 100000)
  --rounds N        how often (default 7)
  --check           exits with 1 if a request takes more than 1.3 times as long in the large directory

peers  compares the speed of Muster with that of SCIMMY and of an empty function
  --users N         users in the directory (default 2000)
  --rounds N        how often (default 7)
  --milliseconds N  time for each of them in a round (default 1000)

cold   times the start of a process until functions are registered and until the first SCIM answer,
       for bare Node, an empty function app, the package, and the unbundled sources
  --rounds N        how often (default 21)
  --check           exits with 1 if the package registers more than 75 ms later than bare Node

tenants  times requests of many tenants at once, each at a fixed rate: without and beside one that sends too many
  --tenants N       those that keep to the rate (default 20)
  --rate N          requests a second of each (default 25)
  --loud N          requests a second of the one beside them (default 500)
  --seconds N       time of a round (default 15)
  --rounds N        pairs of rounds (default 7)
  --check           exits with 1 if one of them is answered with an error, or p99 rises above 1.5 times

disk   counts the bytes that the server writes for a request, in the file /proc/PID/io of Linux
  --small N         users in the small directory (default 2000)
  --large N         users in the large one (default 20000)
  --requests N      requests of each kind, one after the other (default 200)
  --check           exits with 1 if a create writes more than 125 KB in the small one or 240 KB in the large one

growth  measures the memory, the bytes on the disk for each user and the start of a server with one tenant
  --small N         users in the small directory (default 10000)
  --large N         users in the large one (default 100000)

fair   times the GET requests of one tenant alone and beside scans, long lists, bulk requests and a large group
  --users N         users of the tenant that scans, lists and sends bulk requests (default 20000)
  --members N       members of the large group (default 100000)
  --seconds N       time of a round (default 5)
  --rounds N        how often (default 3)
  --check           exits with 1 if a p50 is above 10 ms or a p99 above 40 ms

reach  times the way of a change to a reader and to a webhook, and what the feed adds to a change
  --users N         users of each of two servers, with a feed and without (default 2000)
  --requests N      changes whose way is timed (default 200)
  --seconds N       time of a round (default 5)
  --rounds N        how often (default 7)
  --check           exits with 1 if a bound is missed

against  compares the CPU time that a commit and the working tree need to answer the same requests
  REF               a hash, branch or tag
  --row NAME        only the rows whose names contain this; may be given several times
  --rounds N        rounds after each of three starts (default 12)
  --minutes N       begins no round after this time, but one after each start (default 9)
  --check           exits with 1 if a row needs more than 1.05 times the CPU time of the commit

All but against print tables and write them into docs/performance.md; against only prints.
  --dry             does not change the page

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
    }
  | {
      readonly command: 'tenants';
      readonly tenants: number;
      readonly rate: number;
      readonly loud: number;
      readonly seconds: number;
      readonly rounds: number;
      readonly check: boolean;
      readonly dry: boolean;
    }
  | {
      readonly command: 'disk';
      readonly small: number;
      readonly large: number;
      readonly requests: number;
      readonly check: boolean;
      readonly dry: boolean;
    }
  | {
      readonly command: 'growth';
      readonly small: number;
      readonly large: number;
      readonly dry: boolean;
    }
  | {
      readonly command: 'fair';
      readonly users: number;
      readonly members: number;
      readonly rounds: number;
      readonly seconds: number;
      readonly check: boolean;
      readonly dry: boolean;
    }
  | {
      readonly command: 'reach';
      readonly users: number;
      readonly requests: number;
      readonly rounds: number;
      readonly seconds: number;
      readonly check: boolean;
      readonly dry: boolean;
    }
  | {
      readonly command: 'against';
      readonly ref: string;
      readonly rows: readonly AgainstRow[];
      readonly rounds: number;
      readonly minutes: number;
      readonly check: boolean;
    };

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  small: text,
  large: text,
  users: text,
  members: text,
  rounds: text,
  milliseconds: text,
  minutes: text,
  tenants: text,
  rate: text,
  loud: text,
  seconds: text,
  requests: text,
  row: { ...text, multiple: true },
  check: flag,
  dry: flag,
} as const;

/** The smallest number of users with which every row can run. */
const usersMin = 500;

const defaults = {
  small: 1_000,
  large: 100_000,
  users: 2_000,
  members: 100_000,
  rounds: 7,
  milliseconds: 1_000,
  minutes: 9,
  tenants: 20,
  rate: 25,
  loud: 500,
  seconds: 15,
  requests: 200,
} as const;
/** Many rounds, because each start of a process may be disturbed by other work on the machine. */
const coldRounds = 21;
const diskUsers = { small: '2000', large: '20000' } as const;
const growthUsers = { small: 10_000, large: 100_000 } as const;
const againstRounds = 12;
const fairDefaults = { users: 20_000, rounds: 3, seconds: 5 } as const;

/** Reads the command line; throws a UsageError if it is wrong. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, words } = parseOptions({ usage, options, takesWords: true }, args);
  const [command, ...rest] = words;
  const [ref] = command === 'against' ? rest.splice(0, 1) : [];
  if (rest.length > 0) throw new UsageError(`Unexpected argument '${rest[0]}'.\n\n${usage}`);
  const number = (name: keyof typeof defaults, min: number, usual: number = defaults[name]) =>
    wholeNumber(`--${name}`, values[name] ?? String(usual), min);
  const rounds = number('rounds', 1, command === 'fair' ? fairDefaults.rounds : undefined);
  const { dry = false, check = false } = values;
  if (command === 'flat') {
    const [small, large] = [number('small', usersMin), number('large', usersMin)];
    return { command, small, large, rounds, check, dry };
  }
  if (command === 'peers') {
    return { command, users: number('users', 1), rounds, milliseconds: number('milliseconds', 1), dry };
  }
  if (command === 'cold') {
    return { command, rounds: values.rounds === undefined ? coldRounds : rounds, check, dry };
  }
  if (command === 'tenants') {
    const [tenants, rate] = [number('tenants', 1), number('rate', 1)];
    const [loud, seconds] = [number('loud', 1), number('seconds', 1)];
    return { command, tenants, rate, loud, seconds, rounds, check, dry };
  }
  if (command === 'disk') {
    const users = (name: 'small' | 'large') => wholeNumber(`--${name}`, values[name] ?? diskUsers[name], 1);
    const sizes = { small: users('small'), large: users('large') };
    return { command, ...sizes, requests: number('requests', 1), check, dry };
  }
  if (command === 'reach') {
    const [users, requests] = [number('users', usersMin), number('requests', 1)];
    const seconds = number('seconds', 1, fairDefaults.seconds);
    return { command, users, requests, rounds, seconds, check, dry };
  }
  if (command === 'growth') {
    const [small, large] = [number('small', 1, growthUsers.small), number('large', 1, growthUsers.large)];
    return { command, small, large, dry };
  }
  if (command === 'fair') {
    const users = number('users', 1, fairDefaults.users);
    const seconds = number('seconds', 1, fairDefaults.seconds);
    return { command, users, members: number('members', 1), rounds, seconds, check, dry };
  }
  if (command === 'against') {
    if (ref === undefined) throw new UsageError(`Name the commit to compare with.\n\n${usage}`);
    const [minutes, rows] = [number('minutes', 1), findRows(values.row)];
    return { command, ref, rows, rounds: values.rounds ? rounds : againstRounds, minutes, check };
  }
  throw new UsageError(
    `Name a benchmark: flat, peers, cold, tenants, disk, fair, growth, reach or against.\n\n${usage}`,
  );
}

/** Finds the rows whose names have one of the texts in them; all rows if there is no text. */
function findRows(texts: readonly string[] = ['']): readonly AgainstRow[] {
  const found = againstRows.filter(({ name }) => texts.some((text) => name.includes(text)));
  if (found.length > 0) return found;
  const names = againstRows.map(({ name }) => `"${name}"`).join(', ');
  throw new UsageError(`No row is called "${texts.join('" or "')}": there are ${names}.`);
}
