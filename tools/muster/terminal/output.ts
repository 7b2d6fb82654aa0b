import { cleanLines, cleanText } from './clean-text.ts';

/** A stream of a process, or one that collects what is written. */
export interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * The output of a command: results on the standard output, everything else on the standard error. It escapes the
 * characters that a terminal would act on. A text for people with several lines keeps its line ends, so such a text
 * cleans the values in it.
 */
export interface Output {
  readonly isJson: boolean;
  /** True if the standard error is a terminal. */
  readonly isTerminal: boolean;
  /** Prints the result: with `--json` the API's document, otherwise a text for people. */
  result(document: unknown, forPeople: () => string): void;
  /** Prints one of many results: with `--json` as a single line. */
  record(document: unknown, forPeople: () => string): void;
  /** Prints additional information, but not with `--json`. */
  note(...lines: readonly string[]): void;
  /** Prints what a person must know, also with `--json`. */
  warn(sentence: string): void;
  /** Shows a line that the next one replaces, only on a terminal; an empty text removes it. */
  passing(text: string): void;
}

/** Writes to the streams of a process. */
export function createOutput(options: { json: boolean; stdout: OutputStream; stderr: OutputStream }): Output {
  const { json, stdout, stderr } = options;
  let isPassing = false;
  const passing = (text: string) => {
    if (!stderr.isTTY || (text === '' && !isPassing)) return;
    isPassing = text !== '';
    stderr.write(`\r\u001b[K${cleanText(text)}`);
  };
  const print = (text: string) => {
    passing('');
    if (text !== '') stdout.write(`${cleanLines(text)}\n`);
  };
  const warn = (sentence: string) => {
    passing('');
    stderr.write(`${cleanText(sentence)}\n`);
  };
  return {
    isJson: json,
    isTerminal: Boolean(stderr.isTTY),
    result: (document, forPeople) => print(json ? JSON.stringify(document, null, 2) : forPeople()),
    record: (document, forPeople) => print(json ? JSON.stringify(document) : forPeople()),
    note: (...lines) => {
      if (!json) for (const line of lines) warn(line);
    },
    warn,
    passing,
  };
}
