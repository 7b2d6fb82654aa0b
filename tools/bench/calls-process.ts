import type { Calls } from './calls.ts';
import { measure, type Sample } from './measure.ts';
import { operationCalls, pipelineCalls } from './muster-calls.ts';
import { peerRow, requestsAtOnce } from './peer-rows.ts';
import { scimmyCalls } from './scimmy-calls.ts';

/** The message that asks the process for one round of a row. */
export interface CallsOrder {
  readonly row: string;
  readonly milliseconds: number;
}

const contenders = { operation: operationCalls, pipeline: pipelineCalls, scimmy: scimmyCalls };
const created = /"id":"([^"]+)"/;

const [, , name = '', users = ''] = process.argv;
if (!(name in contenders)) throw new Error(`There are no calls named "${name}"`);
const calls = await contenders[name as keyof typeof contenders](Number(users));
process.on('message', (order: CallsOrder) => void answer(order));
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
process.send?.('ready');

async function answer(order: CallsOrder): Promise<void> {
  try {
    process.send?.(await runRow(calls, order));
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}

async function runRow({ ids, call }: Calls, { row: name, milliseconds }: CallsOrder): Promise<Sample> {
  const row = peerRow(name);
  const answers: string[] = [];
  const task = async (sequence: number) => {
    const request = row.request(ids, sequence);
    const body = await call(request);
    if (request.method === 'POST') answers.push(body);
  };
  const sample = await measure(task, { atOnce: row.atOnce ?? requestsAtOnce, until: { milliseconds } });
  for (const body of answers) {
    await call({ method: 'DELETE', path: `/Users/${created.exec(body)?.[1]}`, status: 204 });
  }
  return sample;
}
