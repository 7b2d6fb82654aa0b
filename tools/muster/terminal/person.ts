import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import { CommandError } from '../command-error.ts';
import { cleanText } from './clean-text.ts';

/** The person at the terminal; both questions reject with `interrupted` on Ctrl-C and Ctrl-D. */
export interface Person {
  /** True if there is a terminal to ask on. */
  readonly isThere: boolean;
  ask(question: string): Promise<string>;
  /** Asks without showing what the person types. */
  askSecret(question: string): Promise<string>;
}

export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly signal: AbortSignal;
}

/** Asks on a terminal. Questions may hold values from the endpoint: what a terminal would act on is escaped. */
export function createPerson(terminal: Terminal): Person {
  const { input, output } = terminal;
  return {
    isThere: Boolean(input.isTTY && output.isTTY),
    ask: (question) => readLine(terminal, { prompt: cleanText(question), output }),
    async askSecret(question) {
      const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
      const entered = readLine(terminal, { prompt: '', output: silence });
      // Only now does the terminal no longer echo what is typed.
      output.write(cleanText(question));
      return entered.finally(() => output.write('\n'));
    },
  };
}

function readLine({ input, signal }: Terminal, echo: { prompt: string; output: Writable }): Promise<string> {
  const lines = createInterface({ input, ...echo, terminal: true, historySize: 0 });
  lines.prompt();
  return new Promise((resolve, reject) => {
    const leave = () => lines.close();
    lines.once('line', (line) => {
      resolve(line);
      leave();
    });
    lines.once('close', () => {
      signal.removeEventListener('abort', leave);
      reject(new CommandError('interrupted', 'Nothing was entered.'));
    });
    signal.addEventListener('abort', leave);
  });
}
