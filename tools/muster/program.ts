import { Command, CommanderError, Option } from 'commander';
import type { CommandRow } from './command.ts';
import { CommandError } from './command-error.ts';
import { commandRows, groups } from './commands.ts';
import type { SessionOptions, Surroundings } from './session.ts';
import { cleanLines } from './terminal/clean-text.ts';
import { typed } from './typed.ts';

/** The contents of a command line. */
export interface Asked {
  readonly row: CommandRow;
  /** The arguments and options of the command by their names. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly session: SessionOptions;
}

/** Carries out a command. */
export type Execute = (asked: Asked) => Promise<void>;

type Streams = Pick<Surroundings, 'stdout' | 'stderr'>;

/** The options of every command. */
const sharedOptions = [
  new Option('--data <dir>', 'data folder of the local endpoint (default: the one of npm start)'),
  new Option('--url <url>', 'address of a deployed endpoint, instead of MUSTER_URL').conflicts('data'),
  new Option('--key-file <file>', 'file with its function key, instead of MUSTER_FUNCTION_KEY'),
  new Option('--entra', 'use a token of the user who is signed in to the Azure CLI').conflicts('keyFile'),
  new Option('--json', 'print the answer of the API, for scripts'),
];

/** Options that would hold a secret. */
const refusedOptions = ['--key', '--function-key', '--token', '--secret', '--code'];

/** Builds the command line from its rows. Help and errors of usage go to the streams. */
export function createProgram(
  version: string,
  execute: Execute,
  { stdout, stderr }: Streams = process,
): Command {
  const program = new Command('muster')
    .description('Operates tenants, keys, accounts and teams of a Muster endpoint.')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (message, write) => write(cleanLines(plainError(message))),
    })
    .configureHelp({ helpWidth: 100, showGlobalOptions: true });
  for (const option of sharedOptions) program.addOption(option);
  for (const flags of refusedOptions) program.addOption(refused(flags));
  for (const row of commandRows) addRow(program, row, execute);
  program.addHelpText('after', programNotes);
  return program;
}

const programNotes = `
The command works on the endpoint that npm start runs on this machine, unless --url or MUSTER_URL names
another. It takes the function key of that other endpoint from MUSTER_FUNCTION_KEY or from a file
(--key-file), or asks for it.

TENANT is the id, the identifier or the name of a tenant.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 not found, 130 interrupted.

${typed('COMMAND --help')} shows the options of a command and an example.

Example:
  ${typed('tenants create --name Contoso --preset signl4')}`;

function addRow(program: Command, row: CommandRow, execute: Execute): void {
  const [first = '', ...rest] = row.name.split(' ');
  const parent = rest.length === 0 ? program : groupOf(program, first);
  const command = parent.command(rest.length === 0 ? first : rest.join(' ')).summary(row.summary);
  command.description(row.details === undefined ? row.summary : `${row.summary}\n\n${row.details}`);
  for (const name of row.takes) command.argument(`<${name}>`);
  if (row.mayTake !== undefined) command.argument(`[${row.mayTake}]`);
  for (const option of row.options) command.addOption(option);
  command.addHelpText('after', `\nExample:\n  ${typed(row.example)}`);
  command.action(() => {
    const names = row.mayTake === undefined ? row.takes : [...row.takes, row.mayTake];
    const taken = names.map((name, index) => [name, command.args[index]]);
    const given = { ...command.opts(), ...Object.fromEntries(taken) };
    return execute({ row, given, session: program.opts() });
  });
}

function groupOf(program: Command, name: string): Command {
  const known = program.commands.find((one) => one.name() === name);
  return (
    known ??
    program
      .command(name)
      .description(groups[name] ?? '')
      .helpCommand(false)
  );
}

/** An option that always fails: its value is in the shell's history, and was in the list of processes. */
function refused(flags: string): Option {
  return new Option(`${flags} <value>`).hideHelp().argParser(() => {
    throw new CommandError(
      'usage',
      `${flags} is not allowed: others can see a command line, and the shell keeps it. Set MUSTER_FUNCTION_KEY, or ` +
        'name a file with --key-file FILE. If you typed a key here, replace it.',
    );
  });
}

/** Rewrites an error of commander like those of the other tools, without a value that may be a secret. */
function plainError(message: string): string {
  const sentence = message
    .replace(/^error: /, '')
    .replace(/(option '-[^'=]*)=[^']*'/, "$1'")
    .trim()
    .replace(/\.$/, '')
    .replace(/\n\(Did you mean (.+)\?\)$/, ': did you mean $1?');
  const end = sentence.endsWith('?') ? '' : ';';
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${end} --help shows what you can use.\n`;
}

/** Tells whether commander ended because it showed the help or the version. */
export function isAnswered(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}
