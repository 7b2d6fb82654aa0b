import { statSync } from 'node:fs';

// Loaded into an endpoint before its own code: its clock runs ahead by the time since 1970 at which a file was changed.
const { TEST_CLOCK_FILE: file } = process.env;
const RealDate = globalThis.Date;
// Without the file, at the end of a run, it is right again, so that the endpoint can stop.
const ahead = () => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const now = () => RealDate.now() + Math.round(ahead());

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

// On demand, timers of a second or more follow this clock too.
if (process.env.TEST_CLOCK_TIMERS) {
  const realTimeout = globalThis.setTimeout;
  globalThis.setTimeout = (callback, milliseconds = 0, ...values) => {
    if (milliseconds < 1_000) return realTimeout(callback, milliseconds, ...values);
    const due = now() + milliseconds;
    const timer = setInterval(() => {
      if (now() < due) return;
      clearInterval(timer);
      callback(...values);
    }, 10);
    return timer;
  };
}
