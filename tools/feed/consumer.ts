import { setTimeout as delay } from 'node:timers/promises';
import { open } from 'lmdb';
import type { EventPage } from '../../lib/feed/feed.ts';
import { applyEvent, type Tables } from './mirror.ts';

/** The state of a consumer beside its tables, in one database with them. */
export interface ConsumerState {
  readonly cursor?: string;
  /** Sequence of the last event that is applied. */
  readonly sequence: number;
  /** Events that came again after they were applied, and events whose sequence was not the next. */
  readonly twice: number;
  readonly gaps: number;
}

const start: ConsumerState = { sequence: 0, twice: 0, gaps: 0 };

/** Opens the database of a consumer, whose rows and cursor change in one transaction. */
export function openConsumerData(path: string) {
  const data = open<string, string>(path, { encoding: 'string' });
  const tables: Tables = {
    get: (key) => data.get(`row/${key}`),
    put: (key, value) => void data.putSync(`row/${key}`, value),
    remove: (key) => void data.removeSync(`row/${key}`),
    keysWith: (part) => rowKeys().filter((key) => key.split('/').includes(part)),
  };
  const rowKeys = () => [...data.getKeys({ start: 'row/', end: 'row/~' })].map((key) => key.slice(4));
  const state = (): ConsumerState => JSON.parse(data.get('state') ?? JSON.stringify(start));

  /** Applies a page of events, each that is not applied yet, and keeps the cursor with them. */
  function apply({ events, next }: EventPage): void {
    data.transactionSync(() => {
      let { sequence, twice, gaps } = state();
      for (const event of events) {
        if (data.get(`event/${event.id}`) !== undefined) twice += 1;
        if (Number(event.sequence) !== sequence + 1) gaps += 1;
        sequence = Number(event.sequence);
        data.putSync(`event/${event.id}`, '');
        applyEvent(tables, event);
      }
      data.putSync('state', JSON.stringify({ cursor: next, sequence, twice, gaps } satisfies ConsumerState));
    });
  }

  return { tables, rowKeys, state, apply, close: () => data.close() };
}

/** The feed that a consumer follows. */
export interface Followed {
  /** The address of the tenant in the management API. */
  readonly url: string;
  readonly functionKey: string;
  readonly path: string;
}

/** Follows a feed until the process is killed. While the endpoint does not answer, it asks again. */
async function follow({ url, functionKey, path }: Followed): Promise<never> {
  const data = openConsumerData(path);
  const headers = { 'x-functions-key': functionKey, 'content-type': 'application/json' };
  for (;;) {
    const { cursor } = data.state();
    const query = cursor === undefined ? '' : `&after=${cursor}`;
    const page = await fetch(`${url}/events?wait=1&limit=200${query}`, { headers })
      .then((response) => (response.ok ? (response.json() as Promise<EventPage>) : undefined))
      .catch(() => undefined);
    if (!page) {
      await delay(20);
      continue;
    }
    if (page.events.length === 0) continue;
    data.apply(page);
    const body = JSON.stringify({ cursor: page.next });
    await fetch(`${url}/events/ack`, { method: 'POST', headers, body }).catch(() => undefined);
  }
}

const { MUSTER_FOLLOWED: followed } = process.env;
if (followed !== undefined) await follow(JSON.parse(followed));
