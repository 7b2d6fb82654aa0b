import { randomUUID } from 'node:crypto';
import { Cron } from 'croner';
import type { FunctionApp, LoadedFunction } from './function-app.ts';
import { invoke } from './invocation.ts';
import { describeError } from './log.ts';

/** The running timers of the app. */
export interface Timers {
  /** Runs a timer now, or after its current run; returns false if there is no such timer. */
  fire(name: string): boolean;
  /** Starts no more runs and waits for the current ones. */
  stop(): Promise<void>;
}

interface Timer {
  readonly target: LoadedFunction;
  readonly schedule: Cron;
  last: Date | undefined;
  running: Promise<void> | undefined;
}

/** Starts the app's timers; throws an error for a schedule that is not an NCRONTAB expression. */
export function startTimers(app: FunctionApp): Timers {
  const timers = app.functions.filter(isTimer).map(createTimer);
  for (const timer of timers) {
    timer.schedule.schedule(() => {
      if (!timer.running) start(app, timer);
    });
    if (timer.target.trigger.runOnStartup) start(app, timer);
  }
  return {
    fire: (name) => {
      const timer = timers.find(({ target }) => target.name.toLowerCase() === name.toLowerCase());
      if (timer) start(app, timer);
      return timer !== undefined;
    },
    stop: async () => {
      for (const { schedule } of timers) schedule.stop();
      await Promise.all(timers.map(({ running }) => running));
    },
  };
}

function isTimer({ trigger }: LoadedFunction): boolean {
  return trigger.type.toLowerCase() === 'timertrigger';
}

function createTimer(target: LoadedFunction): Timer {
  const schedule = parseSchedule(target.name, target.trigger.schedule ?? '');
  return { target, schedule, last: undefined, running: undefined };
}

/** Reads an NCRONTAB expression in UTC, with or without seconds; `%NAME%` stands for an app setting. */
function parseSchedule(name: string, text: string): Cron {
  const expression = text.replace(/^%(.+)%$/, (_, setting: string) => process.env[setting] ?? '');
  try {
    return new Cron(expression, { timezone: 'UTC', mode: '5-or-6-parts', domAndDow: true });
  } catch (cause) {
    throw new Error(`The schedule "${expression}" of the timer "${name}" is not an NCRONTAB expression.`, {
      cause,
    });
  }
}

// Each run of a timer waits for the one before it, so runs never overlap.
function start(app: FunctionApp, timer: Timer): void {
  const run = (timer.running ?? Promise.resolve()).then(() => runOnce(app, timer));
  timer.running = run;
  void run.then(() => {
    if (timer.running === run) timer.running = undefined;
  });
}

async function runOnce(app: FunctionApp, timer: Timer): Promise<void> {
  const { target } = timer;
  try {
    await invoke(app, target, { invocationId: randomUUID(), data: { json: describeRun(timer) } });
  } catch (error) {
    app.log('error', 'user', `${target.name}: ${describeError(error)}`);
  }
  timer.last = new Date();
}

function describeRun({ schedule, last }: Timer): string {
  const moment = (last ?? new Date()).toISOString();
  const next = schedule.nextRun()?.toISOString() ?? moment;
  return JSON.stringify({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: { Last: moment, Next: next, LastUpdated: moment },
    IsPastDue: false,
  });
}
