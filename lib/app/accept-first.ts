import type { RequestListener, Server } from 'node:http';
import { limits } from '../base/limits.ts';

/**
 * Makes a listener that passes requests on once the server has accepted the connections that wait. Node accepts only
 * one connection in each turn of the event loop, and a turn with much work is long. Of hundreds of connections that
 * the host opens at once, the last would otherwise be accepted seconds later.
 */
export function acceptFirst(server: Server, deliver: RequestListener): RequestListener {
  const held: Parameters<RequestListener>[] = [];
  let hasAccepted = false;
  let turns = 0;
  const look = () => {
    if (hasAccepted && turns < limits.acceptTurnsMax) {
      watch();
      return;
    }
    turns = 0;
    for (const one of held.splice(0)) deliver(...one);
  };
  const watch = () => {
    hasAccepted = false;
    turns += 1;
    setImmediate(look);
  };
  server.on('connection', () => {
    if (turns === 0) watch();
    hasAccepted = true;
  });
  return (...one) => {
    if (turns === 0) deliver(...one);
    else held.push(one);
  };
}
