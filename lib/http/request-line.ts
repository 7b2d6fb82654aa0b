import type { LogLine } from '../log-lines.ts';

/** One line of the log for each request; it names no person and holds no secret. */
export type RequestLine = LogLine<'request'>;
