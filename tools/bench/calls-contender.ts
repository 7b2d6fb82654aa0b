import type { CallsOrder } from './calls-process.ts';
import { firstMessage, startProcess, stopProcess } from './endpoint.ts';
import type { Sample } from './measure.ts';
import type { Contender } from './race.ts';

/** Starts a process that answers requests within itself, and runs rows in it. */
export async function callsContender(
  name: string,
  calls: 'operation' | 'pipeline' | 'scimmy',
  users: number,
): Promise<Contender & { close: () => Promise<void> }> {
  const child = startProcess('tools/bench/calls-process.ts', calls, String(users));
  await firstMessage(child);
  return {
    name,
    run: (row, milliseconds) => {
      const order: CallsOrder = { row, milliseconds };
      child.send(order);
      return firstMessage<Sample>(child);
    },
    close: () => stopProcess(child),
  };
}
