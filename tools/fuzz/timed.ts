import type { Answer, InProcess, Request } from './in-process.ts';

/**
 * Sends a request; when it takes longer than it may, three times more, and the fastest counts. `restore` makes each
 * find what the first found.
 */
export async function timed(
  app: InProcess,
  request: Request,
  { millisecondsMax, restore }: { millisecondsMax: number; restore?: () => Promise<void> },
): Promise<Attempt> {
  const first = await attempt(app, request);
  let { milliseconds } = first;
  for (let again = 0; again < 3 && milliseconds > millisecondsMax; again += 1) {
    await restore?.();
    milliseconds = Math.min(milliseconds, (await attempt(app, request)).milliseconds);
  }
  return { ...first, milliseconds };
}

/** What came of a request; `crash` is what the handler threw. */
export interface Attempt {
  readonly answer?: Answer;
  readonly crash?: unknown;
  readonly milliseconds: number;
}

async function attempt(app: InProcess, request: Request): Promise<Attempt> {
  const elapsed = mayTakeTime(request) ? watchHolds() : startClock();
  try {
    const answer = await app.call(request);
    return { answer, milliseconds: elapsed() };
  } catch (crash) {
    return { crash, milliseconds: elapsed() };
  }
}

/** Milliseconds since now, on the clock or of this process's work alone, so that other programs are not counted. */
function startClock(): () => number {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return Math.min(performance.now() - started, (user + system) / 1_000);
  };
}

/** Many operations, and the hashing of a password, which is slow on purpose, and which other threads do. */
function mayTakeTime({ target, body }: Request): boolean {
  return /\/Bulk(\?|$)/.test(target) || (typeof body === 'string' && /password/i.test(body));
}

/** What takes its time must let others have their turn: the longest that they wait for it. */
function watchHolds(): () => number {
  let [longest, isOver] = [0, false];
  let last = process.cpuUsage();
  const turn = () => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1_000);
    last = process.cpuUsage();
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOver = true;
    turn();
    return longest;
  };
}
