import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CommandRow } from '../muster/command.ts';
import { commandRows, groups } from '../muster/commands.ts';
import { createProgram } from '../muster/program.ts';
import { typed } from '../muster/typed.ts';
import { type Page, replaceSection, toTable } from './page.ts';

const path = 'docs/cli.md';

/** Writes the help of every command into the page on the command line, and keeps the text around it. */
export function cliPage(): Page {
  const program = createProgram('', async () => {});
  const parts = commandRows.map((row, index) => {
    const [group = ''] = row.name.split(' ');
    const isFirst = !commandRows.slice(0, index).some(({ name }) => name.split(' ')[0] === group);
    const heading = isFirst ? [`### ${group}`, ...(groups[group] ? [groups[group]] : [])] : [];
    return [...heading, toSection(program, row)].join('\n\n');
  });
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const shared = replaceSection(text, 'options', optionTable(program));
  return { path, text: replaceSection(shared, 'commands', parts.join('\n\n')) };
}

function toSection(
  program: Command,
  { name, takes, mayTake, details, summary, example }: CommandRow,
): string {
  const command = name.split(' ').reduce((parent, word) => {
    const found = parent.commands.find((one) => one.name() === word);
    if (!found) throw new Error(`There is no command "${name}"`);
    return found;
  }, program);
  const options = optionTable(command);
  const words = [name, ...takes.map((one) => `<${one}>`), ...(mayTake ? [`[${mayTake}]`] : [])];
  return [
    `**\`muster ${words.join(' ')}\`** ${summary}${details ? ` ${details}` : ''}`,
    `\`\`\`\n${typed(example)}\n\`\`\``,
    ...(options === '' ? [] : [options]),
  ].join('\n\n');
}

/** Writes the options that a command's help shows, except `--help` and `--version`. */
function optionTable(command: Command): string {
  const help = command.createHelp();
  const rows = help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help' && long !== '--version')
    .map((option) => [`\`${help.optionTerm(option)}\``, help.optionDescription(option)]);
  return rows.length === 0 ? '' : toTable(['option', 'meaning'], rows);
}
