import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { CommandError } from '../command-error.ts';

/** Who sits at the terminal; both reject with `interrupted` on Ctrl-C and Ctrl-D. */
export interface Person {
  /** Whether there is somebody to ask. */
  readonly isThere: boolean;
  ask(question: string): Promise<string>;
  /** Shows nothing of what is entered. */
  askSecret(question: string): Promise<string>;
}

interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly signal: AbortSignal;
}

/** Asks on a terminal. */
export function createPerson(terminal: Terminal): Person {
  const { input, output } = terminal;
  return {
    isThere: Boolean(input.isTTY && output.isTTY),
    ask: (question) => readLine(terminal, question, output),
    async askSecret(question) {
      output.write(question);
      const entered = await readLine(terminal, '', silence());
      output.write('\n');
      return entered;
    },
  };
}

const silence = () => new Writable({ write: (_chunk, _encoding, done) => done() });

function readLine({ input, signal }: Terminal, prompt: string, output: Writable): Promise<string> {
  const lines = createInterface({ input, output, prompt, terminal: true, historySize: 0 });
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
