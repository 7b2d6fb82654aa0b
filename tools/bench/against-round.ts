import { setTimeout as pause } from 'node:timers/promises';
import type { AgainstRow } from './against-rows.ts';
import type { ScimRequest } from './client.ts';
import { rotated } from './race.ts';
import type { Side, Target } from './side.ts';

const minuteMilliseconds = 60_000;
/** No round begins so shortly before the full minute, at which the timers of both servers fire. */
const beforeMinuteMilliseconds = 1_500;
const afterMinuteMilliseconds = 200;

interface Runner {
  readonly side: Side;
  readonly target: Target;
  readonly requests: readonly ScimRequest[];
  readonly answers: string[];
}

/**
 * Sends the requests of a row to the servers in turns; the server at the index `first` begins. Gives for each server
 * the milliseconds of CPU time for one request, up to the moment at which all servers rest.
 */
export async function runRound(
  row: AgainstRow,
  sides: readonly Side[],
  first = 0,
): Promise<readonly number[]> {
  const runners: Runner[] = [];
  for (const side of sides) runners.push(await prepareRunner(row, side));
  await leaveMinute();
  for (const { target } of runners) target.server.collectGarbage();
  const before = await settleAll(runners);
  await takeTurns(runners, row.turn, first);
  const after = await settleAll(runners);
  for (const { side, answers } of runners) await row.cleanUp?.(side, answers);
  return runners.map(({ requests }, index) => {
    return ((after[index] ?? Number.NaN) - (before[index] ?? Number.NaN)) / requests.length;
  });
}

async function prepareRunner(row: AgainstRow, side: Side): Promise<Runner> {
  const target = row.isEmpty ? side.empty : side;
  if (!target) throw new Error('This version has no empty function');
  return { side, target, requests: await row.requests(side), answers: [] };
}

/** Waits until the full minute is over if it is near. */
export async function leaveMinute(): Promise<void> {
  const left = minuteMilliseconds - (Date.now() % minuteMilliseconds);
  if (left < beforeMinuteMilliseconds) await pause(left + afterMinuteMilliseconds);
}

function settleAll(runners: readonly Runner[]): Promise<readonly number[]> {
  return Promise.all(runners.map(({ target }) => target.server.settle()));
}

async function takeTurns(runners: readonly Runner[], size: number, first: number): Promise<void> {
  const turns = Math.max(...runners.map(({ requests }) => Math.ceil(requests.length / size)));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const { target, requests, answers } of rotated(runners, first + turn)) {
      const some = requests.slice(turn * size, (turn + 1) * size);
      answers.push(...(await Promise.all(some.map((request) => target.client.send(request)))));
    }
  }
}
