import type { LogLine } from '../base/log-lines.ts';

/** One line of the log for each request; it names no person and holds no secret. */
export type RequestLine = LogLine<'request'>;

/** A failure inside the service provider is an error, also where it is one of many in the answer to a bulk request. */
export function levelOf({ status, cause }: RequestLine): 'error' | 'information' {
  return status >= 500 || cause !== undefined ? 'error' : 'information';
}
