import type { WriteStream } from 'node:tty';

/** Shows the progress of a phase: on a terminal a bar that redraws itself, elsewhere one line per phase. */
export interface Progress {
  start(title: string, total: number): void;
  advance(done: number): void;
  finish(): void;
}

const width = 30;
const redrawMs = 80;

export function createProgress(stream: Pick<WriteStream, 'write' | 'isTTY'>): Progress {
  let [title, total, drawn, started] = ['', 0, 0, 0];
  const draw = (done: number): void => {
    drawn = performance.now();
    const filled = total === 0 ? width : Math.round((width * done) / total);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    stream.write(`\r${title.padEnd(36)} ${bar} ${done}/${total}`);
  };
  return {
    start: (newTitle, newTotal) => {
      [title, total, started] = [newTitle, newTotal, performance.now()];
      if (stream.isTTY) draw(0);
    },
    advance: (done) => {
      if (stream.isTTY && performance.now() - drawn > redrawMs) draw(done);
    },
    finish: () => {
      if (stream.isTTY) draw(total);
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      stream.write(stream.isTTY ? ` in ${seconds} s\n` : `${title}: ${total} in ${seconds} s\n`);
    },
  };
}
