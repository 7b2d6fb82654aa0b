import { limits } from '../base/limits.ts';
import { thinLines } from '../base/thin-lines.ts';
import { levelOf, type RequestLine } from '../http/request-line.ts';
import { config, log, now } from './start.ts';

const thinRequests = thinLines(limits.refusedLinesPerMinute, now, (count) =>
  log('warning', { event: 'left-out', lines: 'request', count }),
);

/** Logs a request; leaves lines out if too many are refused. */
export function logRequest(line: RequestLine, told?: () => string): void {
  const write = () => log(levelOf(line), line, told);
  if (line.status === 401 || line.status === 429) thinRequests(write);
  else write();
}

/** The parts that the pipelines of all APIs share. */
export const pipelineParts = { log: logRequest, now, showCost: config.showCost };
