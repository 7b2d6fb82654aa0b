import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearest } from '../lib/base/nearest.ts';

type Config = NonNullable<ParseArgsConfig['options']>;
type Values<Options extends Config> = ReturnType<typeof parseArgs<{ options: Options }>>['values'];

/** An error in the command line; the message says what to change. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command as it is called. */
export interface Command<Options extends Config> {
  /** The text of `--help`: the call, each option, an example. */
  readonly usage: string;
  readonly options: Options;
  /** Takes words beside its options. */
  readonly takesWords?: boolean;
}

/**
 * Reads the options after `npm run … --`. If they are wrong or ask for help, it prints the usage and ends this
 * process.
 */
export function readOptions<Options extends Config>(usage: string, options: Options): Values<Options> {
  return readCommandLine(usage, (args) => parseOptions({ usage, options }, args).values);
}

/**
 * Reads the arguments of this process. If they ask for help, it prints the usage and ends the process with 0. If
 * `read` throws a UsageError, it prints the reason and ends the process with 2.
 */
export function readCommandLine<T>(usage: string, read: (args: readonly string[]) => T): T {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage);
    return process.exit(0);
  }
  try {
    return read(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return process.exit(2);
  }
}

/** Reads options and words; throws a UsageError with the usage if they are wrong. */
export function parseOptions<Options extends Config>(
  { usage, options, takesWords = false }: Command<Options>,
  args: readonly string[],
): { readonly values: Values<Options>; readonly words: readonly string[] } {
  const names = Object.keys(options).map((name) => `--${name}`);
  const untold = names.filter((name) => !usage.includes(name));
  if (untold.length > 0) throw new Error(`The usage leaves out ${untold.join(', ')}`);
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: takesWords });
    return { values: values as Values<Options>, words: positionals };
  } catch (error) {
    throw new UsageError(`${explain(error, names)}\n\n${usage}`);
  }
}

/** The first sentence of what the parser says, and for an unknown option the one that may be meant. */
function explain(error: unknown, names: readonly string[]): string {
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split(/\.?\n|\. |\.$/);
  const [, unknown] = /^Unknown option '(.+)'$/.exec(reason) ?? [];
  const meant = unknown === undefined ? undefined : nearest(unknown, [...names, '--help']);
  return meant === undefined ? `${reason}.` : `${reason}: did you mean ${meant}?`;
}

/** Reads a whole number; throws a UsageError that names the option. */
export function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`${option} needs a whole number of at least ${least}, not "${text}".`);
}
