import { tableBlocks } from './table-blocks.ts';

/** A paragraph, an item of a list, a cell of a table or a description in a JSON example. */
export interface Block {
  /** The terms above the block that say what it is about, such as `['patch', 'supported']`. */
  readonly terms: readonly string[];
  readonly lines: readonly string[];
}

interface Term {
  readonly indent: number;
  readonly name: string;
}

/** The state while the lines of a section are read. */
interface Reading {
  readonly blocks: Block[];
  terms: readonly Term[];
  lines: string[];
  indent: number;
  /** True inside a description in a JSON example, which ends with its quote. */
  quoted: boolean;
}

const tableLine = /^\s*(\|.*\||\+[-=+]+\+)\s*$/;
const bullet = /^\s*(?:[o*+-]|\d+\.)\s{2,}(?=\S)/;
const hanging = /^(\s*)([$A-Za-z]\w*(?:, [a-z]\w*)*) {2,}(?=\S)/;
const jsonDescription = /^\s*"description"\s*:\s*"/;
const jsonName = /^(\s*)"name"\s*:\s*"([^"]*)"/;
const jsonLine = /^\s*(?:"[^"]*"\s*:\s|[{}\]]|\[(?![A-Z]))/;

/** Divides the lines of one section into its blocks. */
export function blocksOf(lines: readonly string[]): readonly Block[] {
  const reading: Reading = { blocks: [], terms: [], lines: [], indent: 0, quoted: false };
  for (let index = 0; index < lines.length; index += 1) {
    const table = tableAt(lines, index);
    if (table.length > 0) {
      close(reading);
      reading.blocks.push(...tableBlocks(table));
      index += table.length - 1;
    } else readLine(reading, lines[index] ?? '');
  }
  close(reading);
  return reading.blocks;
}

function tableAt(lines: readonly string[], start: number): readonly string[] {
  let end = start;
  while (tableLine.test(lines[end] ?? '')) end += 1;
  return lines.slice(start, end);
}

function readLine(reading: Reading, line: string): void {
  const name = jsonName.exec(line);
  if (reading.quoted) continueDescription(reading, line);
  else if (line.trim() === '') close(reading);
  else if (name) hang(reading, { indent: name[1]?.length ?? 0, name: name[2] ?? '' });
  else if (jsonDescription.test(line)) {
    close(reading);
    reading.quoted = true;
    continueDescription(reading, line.replace(jsonDescription, ''));
  } else if (jsonLine.test(line)) close(reading);
  else readProse(reading, line);
}

function continueDescription(reading: Reading, line: string): void {
  const end = /",?$/.exec(line);
  if (line.trim() !== '') reading.lines.push(line.slice(0, end?.index).trim());
  if (end) close(reading);
}

function readProse(reading: Reading, line: string): void {
  const indent = line.length - line.trimStart().length;
  const item = bullet.exec(line);
  const term = hanging.exec(line);
  if (item) {
    close(reading);
    open(reading, { indent, text: line.slice(item[0].length) });
  } else if (term) {
    hang(reading, { indent, name: term[2] ?? '' });
    open(reading, { indent: indent + 1, text: line.slice(term[0].length) });
  } else if (reading.lines.length === 0) open(reading, { indent, text: line.trim() });
  else if (reading.lines.length === 1 && isTerm(reading) && indent > reading.indent) {
    const [name = ''] = reading.lines;
    reading.lines = [];
    hang(reading, { indent: reading.indent, name });
    open(reading, { indent, text: line.trim() });
  } else reading.lines.push(line.trim());
}

/** Tells whether the only line so far is a label; a label has its own line above the text that it labels. */
function isTerm({ lines: [line = ''] }: Reading): boolean {
  return /^[$"A-Z/a-z][\w" /-]*$/.test(line) && line.split(' ').length <= 4;
}

function open(reading: Reading, { indent, text }: { indent: number; text: string }): void {
  reading.terms = reading.terms.filter((term) => term.indent < indent);
  reading.indent = indent;
  reading.lines.push(text);
}

function hang(reading: Reading, term: Term): void {
  close(reading);
  reading.terms = [...reading.terms.filter(({ indent }) => indent < term.indent), term];
}

function close(reading: Reading): void {
  const terms = reading.terms.map(({ name }) => name);
  if (reading.lines.length > 0) reading.blocks.push({ terms, lines: reading.lines });
  reading.lines = [];
  reading.quoted = false;
}
