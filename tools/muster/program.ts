import { Command, CommanderError, Option } from 'commander';
import type { CommandRow } from './command.ts';
import { CommandError } from './command-error.ts';
import { commandRows, groups } from './commands.ts';
import type { SessionOptions } from './session.ts';
import { typed } from './typed.ts';

/** What a command line asks for. */
export interface Asked {
  readonly row: CommandRow;
  /** The arguments and options of the command by their names. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly session: SessionOptions;
}

/** Carries out a command. */
export type Execute = (asked: Asked) => Promise<void>;

/** What every command takes. */
const sharedOptions = [
  new Option('--data <dir>', 'folder of the local endpoint (default: that of npm start)'),
  new Option('--url <url>', 'address of a deployed endpoint, in place of MUSTER_URL').conflicts('data'),
  new Option('--key-file <file>', 'file of its function key, in place of MUSTER_FUNCTION_KEY'),
  new Option('--entra', 'use a token of who is signed in to the Azure CLI').conflicts('keyFile'),
  new Option('--json', 'print what the API answers, for scripts'),
];

/** Options that would hold a secret. */
const refusedOptions = ['--key', '--function-key', '--token', '--secret', '--code'];

/** Builds the command line from its rows. */
export function createProgram(version: string, execute: Execute): Command {
  const program = new Command('muster')
    .description('Operates tenants, keys, accounts and teams of a Muster endpoint.')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: (message, write) => write(plainError(message)) })
    .configureHelp({ helpWidth: 100, showGlobalOptions: true });
  for (const option of sharedOptions) program.addOption(option);
  for (const flags of refusedOptions) program.addOption(refused(flags));
  for (const row of commandRows) addRow(program, row, execute);
  program.addHelpText('after', programNotes);
  return program;
}

const programNotes = `
Which endpoint: the one that npm start runs on this machine, unless --url or MUSTER_URL names another. Its
function key comes from MUSTER_FUNCTION_KEY, from a file (--key-file), or is asked for.

TENANT is the id of a tenant, its identifier, or its name.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 what was named is not there, 130 interrupted.

muster COMMAND --help shows the options of a command and an example.

Example:
  ${typed('tenants create --name Contoso --preset signl4')}`;

function addRow(program: Command, row: CommandRow, execute: Execute): void {
  const [first = '', ...rest] = row.name.split(' ');
  const parent = rest.length === 0 ? program : groupOf(program, first);
  const command = parent.command(rest.length === 0 ? first : rest.join(' ')).summary(row.summary);
  command.description(row.details === undefined ? row.summary : `${row.summary}\n\n${row.details}`);
  for (const name of row.takes) command.argument(`<${name}>`);
  for (const option of row.options) command.addOption(option);
  command.addHelpText('after', `\nExample:\n  ${typed(row.example)}`);
  command.action(() => {
    const taken = row.takes.map((name, index) => [name, command.args[index]]);
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

/** What was written there is in the history of the shell, and was in the list of processes. */
function refused(flags: string): Option {
  return new Option(`${flags} <value>`).hideHelp().argParser(() => {
    throw new CommandError(
      'usage',
      `${flags} is not taken: others can see a command line, and the shell keeps it. Set MUSTER_FUNCTION_KEY, or ` +
        'name a file with --key-file FILE; renew a key that you have written there.',
    );
  });
}

/** As the other tools say it, without a value that may be a secret. */
function plainError(message: string): string {
  const sentence = message
    .replace(/^error: /, '')
    .replace(/(option '-[^'=]*)=[^']*'/, "$1'")
    .trim()
    .replace(/\n\(Did you mean (.+)\?\)$/, ': did you mean $1?');
  const end = sentence.endsWith('?') ? '' : ';';
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${end} --help shows what there is.\n`;
}

/** Whether the help or the version was asked for and shown. */
export function isAnswered(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}
