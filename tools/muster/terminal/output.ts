import type { WriteStream } from 'node:tty';
import { cleanJson, cleanText } from './clean-text.ts';

type Stream = Pick<WriteStream, 'write' | 'isTTY'>;

/** What a command shows: results on the standard output, all else on the standard error. */
export interface Output {
  readonly isJson: boolean;
  /** Whether somebody sees at once what is written to the standard error. */
  readonly isTerminal: boolean;
  /** The result: the document of the API with `--json`, else what people read. */
  result(document: unknown, forPeople: () => string): void;
  /** The same for one of many: with `--json` a line. */
  record(document: unknown, forPeople: () => string): void;
  /** What is worth knowing besides; not with `--json`. */
  note(...lines: readonly string[]): void;
  /** What must be known either way. */
  warn(sentence: string): void;
  /** A line that the next one takes the place of; only on a terminal, and gone with an empty text. */
  passing(text: string): void;
}

/** Writes to the streams of a process. */
export function createOutput(options: { json: boolean; stdout: Stream; stderr: Stream }): Output {
  const { json, stdout, stderr } = options;
  let isPassing = false;
  const passing = (text: string) => {
    if (!stderr.isTTY || (text === '' && !isPassing)) return;
    isPassing = text !== '';
    stderr.write(`\r\u001b[K${cleanText(text)}`);
  };
  const print = (text: string) => {
    passing('');
    if (text !== '') stdout.write(`${text}\n`);
  };
  const warn = (sentence: string) => {
    passing('');
    stderr.write(`${cleanText(sentence)}\n`);
  };
  return {
    isJson: json,
    isTerminal: Boolean(stderr.isTTY),
    result: (document, forPeople) => print(json ? cleanJson(document, 2) : forPeople()),
    record: (document, forPeople) => print(json ? cleanJson(document) : forPeople()),
    note: (...lines) => {
      if (!json) for (const line of lines) warn(line);
    },
    warn,
    passing,
  };
}
