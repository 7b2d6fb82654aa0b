import type { Clock } from './clock.ts';
import type { LogLine } from './log-lines.ts';

const levels = { debug: 0, information: 1, warning: 2, error: 3 } as const;
/** Severity of a line, from `debug` up to `error`. */
type LogLevel = keyof typeof levels;

/**
 * Writes a line, which holds ids, codes and durations, never a value that a person sent. `told` makes its text for a
 * terminal, if the fields do not say enough.
 */
type Log = (level: LogLevel, line: LogLine, told?: () => string) => void;

/**
 * Logs lines at and above a level: warnings and errors to the standard error, the others to the standard output.
 * The Functions host reads the level of JSON lines from the line's own text.
 */
export function createLog(least: LogLevel, form: 'json' | 'text' = 'json', now: Clock = () => 0): Log {
  return (level, line, told) => {
    if (levels[level] < levels[least]) return;
    // biome-ignore lint/suspicious/noConsole: the one place that writes
    const write = levels[level] < levels.warning ? console.log : console.error;
    const described = { level, ...line, cause: 'cause' in line ? describe(line.cause) : undefined };
    write(form === 'json' ? JSON.stringify(described) : toText(now(), described, told));
  };
}

/** A line for a person, such as `12:01:07 POST /Users 201 3 ms` in local time. */
function toText(
  now: number,
  { level, event, cause, ...fields }: Readonly<Record<string, unknown>>,
  told?: () => string,
): string {
  const time = new Date(now).toTimeString().slice(0, 8);
  const { message, reason, ...others } = fields;
  const named = Object.entries({ ...others, reason }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`],
  );
  const text = told?.() ?? [level, event, ...(message === undefined ? named : [message])].join(' ');
  const failed = cause === undefined ? '' : ` ${JSON.stringify(cause)}`;
  return `${time} ${text}${failed}`.replace(/\p{Cc}+/gu, ' ');
}

const causesMax = 5;
const codeNames = ['code', 'kind', 'syscall', 'statusCode', 'substatus', 'activityId', 'requestId'] as const;

/** Describes a failure and its causes by names, codes and places. It omits messages, because they may quote values. */
function describe(cause: unknown, depth = 0): unknown {
  if (cause === undefined || depth === causesMax) return undefined;
  if (!(cause instanceof Error)) return { name: typeof cause };
  const own: Readonly<Record<string, unknown>> = { ...cause };
  return {
    name: isCode(cause.name) ? cause.name : 'Error',
    ...Object.fromEntries(codeNames.filter((name) => isCode(own[name])).map((name) => [name, own[name]])),
    stack: placesOf(cause),
    cause: describe(cause.cause, depth + 1),
    errors:
      cause instanceof AggregateError
        ? cause.errors.slice(0, causesMax).map((error) => describe(error, depth + 1))
        : undefined,
  };
}

function isCode(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value));
}

/** The lines of a stack that name places in the code. The message before them may also have several lines. */
function placesOf({ stack = '', message }: Error): string {
  const start = stack.indexOf(message);
  return stack
    .slice(start === -1 ? 0 : start + message.length)
    .split('\n')
    .filter((line) => /^ {4}at .*(file:|node:|\/|\\).*:\d+:\d+\)?$/.test(line))
    .join('\n');
}
