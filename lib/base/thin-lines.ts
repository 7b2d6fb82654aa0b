import type { Clock } from './clock.ts';

const minuteMilliseconds = 60_000;

/**
 * Makes a function that passes on at most `most` lines a minute, so that guesses do not use up the day's log. At the
 * end of a minute in which there were more, it tells how many it left out.
 */
export function thinLines(
  most: number,
  now: Clock,
  tellLeftOut: (count: number) => void,
): (write: () => void) => void {
  let minute = { from: Number.NEGATIVE_INFINITY, lines: 0 };
  return (write) => {
    const passed = now() - minute.from;
    // A clock that is set back begins a new minute.
    if (passed < 0 || passed >= minuteMilliseconds) minute = { from: now(), lines: 0 };
    const current = minute;
    current.lines += 1;
    if (current.lines <= most) return write();
    if (current.lines > most + 1) return;
    const rest = current.from + minuteMilliseconds - now();
    setTimeout(() => tellLeftOut(current.lines - most), rest).unref();
  };
}
