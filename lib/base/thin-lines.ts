import type { Clock } from './clock.ts';

const windowMilliseconds = 60_000;

/**
 * Makes a function that passes on at most `most` lines a minute, so that guesses do not use up the day's log. At the
 * end of a minute in which there were more, it tells how many it left out.
 */
export function thinLines(
  most: number,
  now: Clock,
  tellLeftOut: (count: number) => void,
): (write: () => void) => void {
  let from = Number.NEGATIVE_INFINITY;
  let count = 0;
  const close = () => {
    const leftOut = count - most;
    count = 0;
    if (leftOut > 0) tellLeftOut(leftOut);
  };
  return (write) => {
    if (now() - from >= windowMilliseconds) {
      close();
      from = now();
      // Tells it even if no further line comes.
      setTimeout(close, windowMilliseconds).unref();
    }
    count += 1;
    if (count <= most) write();
  };
}
