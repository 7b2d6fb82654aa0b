const levels = { debug: 0, information: 1, warning: 2, error: 3 } as const;
export type LogLevel = keyof typeof levels;

/** Writes structured lines; `fields` hold ids, codes and durations, never what a person sent. */
export type Log = (
  level: LogLevel,
  fields: { readonly event: string } & Readonly<Record<string, unknown>>,
) => void;

/** Logs JSON lines at and above a level to the standard output, where the host picks them up. */
export function createLog(least: LogLevel): Log {
  return (level, fields) => {
    if (levels[level] < levels[least]) return;
    // biome-ignore lint/suspicious/noConsole: the one place that writes
    console.log(
      JSON.stringify({ level, ...fields, ...('cause' in fields && { cause: describe(fields.cause) }) }),
    );
  };
}

/** A cause with its stack and its own causes. */
function describe(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause === undefined ? undefined : String(cause);
  return {
    name: cause.name,
    stack: cause.stack,
    ...(cause.cause !== undefined && { cause: describe(cause.cause) }),
  };
}
