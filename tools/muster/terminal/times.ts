import { CommandError } from '../command-error.ts';

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;
const relative = new Intl.RelativeTimeFormat('en');

/** Shows an ISO 8601 instant in local time and relative to `now`, in milliseconds since 1970. */
export function showTime(instant: string, now: number): string {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) return instant;
  // The distance is rounded, so that 59.6 minutes are an hour.
  const isReached = ([, length]: readonly [string, number], index: number) =>
    Math.abs(time - now) >= length - (units[index + 1]?.[1] ?? 0) / 2;
  const [unit, size] = units.find(isReached) ?? units[3];
  return `${localTime(time)} (${relative.format(Math.round((time - now) / size), unit)})`;
}

/** Formats milliseconds since 1970 as `2026-01-31 14:05:09`. */
export function localTime(time: number): string {
  const date = new Date(time);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** Formats seconds as `1 h 5 min`. */
export function showDuration(seconds: number): string {
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600)];
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${Math.round(seconds) % 60} s` : `${Math.round(seconds)} s`;
}

const lengths: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Converts `1h` before now, or a time, to ISO 8601 in UTC; throws a CommandError for anything else. */
export function parseSince(text: string | undefined, now: number, option = '--since'): string | undefined {
  if (text === undefined) return undefined;
  const [, number = '', unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const time = unit === '' ? Date.parse(text) : now - Number(number) * (lengths[unit] ?? 0);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new CommandError(
    'usage',
    `${option} needs 90s, 15m, 1h, 7d or a time such as 2026-01-31T12:00:00Z, not "${text}".`,
  );
}
