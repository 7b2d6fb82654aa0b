import type { LogLine } from '../base/log-lines.ts';
import { isFailure } from '../scim/errors.ts';

/** The log line of a request. It names no person and holds no secret. */
export type RequestLine = LogLine<'request'>;

/** The level is `error` for a failure inside the service provider, also for one in a bulk request. */
export function levelOf({ status, cause }: RequestLine): 'error' | 'information' {
  return isFailure(status) || cause !== undefined ? 'error' : 'information';
}
