import { limits } from '../base/limits.ts';
import { StoreError } from './document-store.ts';

/** The place of a writer among those of one resource in this instance. */
export interface Turn {
  /** Names the resource, with its tenant. */
  readonly resource: string;
  /** True for writes that do not exclude each other, such as those of different members. They run side by side. */
  readonly isShared: boolean;
  /** The most that wait: `limits.turnsWaitingMax` by default. */
  readonly waitingMax?: number;
  /** Time for which it waits: `limits.turnSecondsMax` by default. */
  readonly secondsMax?: number;
}

interface Waiter extends Turn {
  readonly begin: () => void;
}

/** The writers of one resource: the running ones, and those that wait in the order of their arrival. */
interface Line {
  running: number;
  isShared: boolean;
  readonly waiting: Waiter[];
}

/** The lines of resources that are being written. A resource without a writer has none. */
const lines = new Map<string, Line>();

/**
 * Waits until the writers before this one have ended, so that writers of one instance do not make each other
 * repeat their work. Yields the function that ends the turn.
 *
 * Rejects with StoreError `busy` if `secondsMax` pass or more than `waitingMax` writers wait.
 */
export async function takeTurn(turn: Turn): Promise<() => void> {
  const line = lines.get(turn.resource) ?? { running: 0, isShared: turn.isShared, waiting: [] };
  lines.set(turn.resource, line);
  if (line.waiting.length === 0 && mayRun(line, turn)) run(line, turn);
  else await wait(line, turn);
  return () => end(line, turn);
}

function mayRun({ running, isShared }: Line, turn: Turn): boolean {
  return running === 0 || (isShared && turn.isShared);
}

function run(line: Line, { isShared }: Turn): void {
  line.running += 1;
  line.isShared = isShared;
}

function end(line: Line, { resource }: Turn): void {
  line.running -= 1;
  advance(line);
  if (line.running === 0) lines.delete(resource);
}

/** Begins the turn of the first waiting writer, and those of shared writers behind it. */
function advance(line: Line): void {
  for (let [first] = line.waiting; first && mayRun(line, first); [first] = line.waiting) {
    line.waiting.shift();
    run(line, first);
    first.begin();
  }
}

function wait(line: Line, turn: Turn): Promise<void> {
  const { waitingMax = limits.turnsWaitingMax, secondsMax = limits.turnSecondsMax } = turn;
  if (line.waiting.length >= waitingMax) return Promise.reject(new StoreError('busy'));
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      line.waiting.splice(line.waiting.indexOf(waiter), 1);
      advance(line);
      reject(new StoreError('busy'));
    };
    const timer = setTimeout(giveUp, secondsMax * 1_000);
    const begin = () => {
      clearTimeout(timer);
      resolve();
    };
    const waiter = { ...turn, begin };
    line.waiting.push(waiter);
  });
}
