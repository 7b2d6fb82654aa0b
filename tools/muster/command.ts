import { InvalidArgumentError, Option } from 'commander';
import { nearest } from '../../lib/base/nearest.ts';
import { CommandError } from './command-error.ts';
import type { Session } from './session.ts';

/** The declaration of one command, from which its help and its documentation are generated. */
export interface CommandRow {
  /** Such as `keys issue`; a single word if the command is in no group. */
  readonly name: string;
  /** The names of its arguments. */
  readonly takes: readonly string[];
  /** The name of a last argument that may be left out. */
  readonly mayTake?: string;
  readonly summary: string;
  /** Sentences that follow the summary in the command's own help. */
  readonly details?: string;
  /** An example command line, without the name of the program. */
  readonly example: string;
  readonly options: readonly Option[];
  run(session: Session, given: Readonly<Record<string, unknown>>): Promise<void>;
}

/** An option, and the type of its value. */
export interface Given<T> {
  readonly option: Option;
  readonly type?: T;
}

type Options = Readonly<Record<string, Given<unknown>>>;
type Values<O extends Options> = { readonly [N in keyof O]: Required<O[N]>['type'] | undefined };

interface Declared<Names extends readonly string[], O extends Options, Last extends string>
  extends Omit<CommandRow, 'takes' | 'mayTake' | 'options' | 'run'> {
  readonly takes: Names;
  readonly mayTake?: Last;
  readonly options?: O;
  run(session: Session, given: Arguments<Names, O, Last>): Promise<void>;
}

type Arguments<Names extends readonly string[], O extends Options, Last extends string> = Record<
  Names[number],
  string
> &
  Partial<Record<Last, string>> &
  Values<O>;

/** Declares a command. `run` gets arguments and options by their names; `--dry-run` becomes `dryRun`. */
export function command<
  const Names extends readonly string[],
  O extends Options = Record<never, never>,
  Last extends string = never,
>({ options, run, ...row }: Declared<Names, O, Last>): CommandRow {
  for (const [name, { option }] of Object.entries(options ?? {})) {
    if (option.attributeName() !== name) throw new Error(`${row.name} calls ${option.flags} "${name}"`);
  }
  return {
    ...row,
    options: Object.values(options ?? {}).map(({ option }) => option),
    run: (session, given) => run(session, given as Arguments<Names, O, Last>),
  };
}

/** An option that takes a text. */
export function text(flags: string, description: string): Given<string> {
  return { option: new Option(flags, description) };
}

/** An option without a value. */
export function flag(flags: string, description: string): Given<boolean> {
  return { option: new Option(flags, description) };
}

/** An option that takes one of some words. */
export function choice<T extends string>(
  flags: string,
  description: string,
  choices: readonly T[],
): Given<T> {
  const read = (value: string) => {
    if (choices.some((one) => one === value)) return value;
    const meant = nearest(value, choices);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.${hint}`);
  };
  return { option: new Option(flags, description).choices(choices).argParser(read) };
}

/** An option that takes a whole number. */
export function wholeNumber(flags: string, description: string, least: number): Given<number> {
  const read = (value: string) => {
    if (/^\d{1,15}$/.test(value) && Number(value) >= least) return Number(value);
    throw new CommandError('usage', `${flags} needs a whole number of at least ${least}, not "${value}".`);
  };
  return { option: new Option(flags, description).argParser(read) };
}

/** An option that may be given several times. */
export function several(flags: string, description: string): Given<readonly string[]> {
  const read = (value: string, before: readonly string[] = []) => [...before, value];
  return { option: new Option(flags, description).argParser(read) };
}

/** Splits `NAME=VALUE`; throws a CommandError if there is no name. */
export function splitAssignment(assignment: string, flags: string): readonly [name: string, value: string] {
  const end = assignment.indexOf('=');
  if (end > 0) return [assignment.slice(0, end), assignment.slice(end + 1)];
  throw new CommandError('usage', `${flags} needs a name, an equals sign and a value, not "${assignment}".`);
}
