import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createProgress } from '../client/progress.ts';
import { type ManageAccess, manage } from '../host/manage.ts';
import { type Client, openClient } from './client.ts';
import type { Access } from './endpoint.ts';
import { type MeasuredServer, startMeasured } from './measured-server.ts';
import { populateFolder } from './populate.ts';

export interface ReachOptions {
  /** The users of each directory. */
  readonly users: number;
  /** The changes whose way is timed. */
  readonly requests: number;
  readonly rounds: number;
  /** The time of a round. */
  readonly seconds: number;
}

export interface ReachResult {
  /** Milliseconds from the request of a client until a waiting reader has the event. */
  readonly read: readonly number[];
  /** Milliseconds from the request of a client until a webhook's receiver has answered. */
  readonly received: readonly number[];
  /** The requests at half of the load that saturates, in the same rounds with the feed and without it. */
  readonly rounds: readonly { readonly with: Burden; readonly without: Burden }[];
}

/** The cost of the changes of one round, delivery included. */
export interface Burden {
  /** Milliseconds of CPU time for each change. */
  readonly cpu: number;
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
}

type Started = Access & ManageAccess;
interface Side {
  readonly server: MeasuredServer<Started>;
  readonly client: Client;
  readonly userIds: readonly string[];
  readonly tenantId: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const connections = 8;
/** Time between two timed changes. */
const restMilliseconds = 100;
/** Time in which the changes of a round are delivered. */
const deliveryMilliseconds = 1_500;
const saturationSeconds = 3;
const progress = createProgress(process.stdout);

/** Times the way of changes to a reader and to a webhook, and what the feed adds to the cost of changes. */
export async function runReach(options: ReachOptions): Promise<ReachResult> {
  const folders = [
    await mkdtemp(join(tmpdir(), 'muster-reach-')),
    await mkdtemp(join(tmpdir(), 'muster-reach-')),
  ];
  const sides: Side[] = [];
  const receiver = await openReceiver();
  try {
    for (const [index, folder] of folders.entries()) {
      const settings = { FEED_ENABLED: String(index === 0), WEBHOOK_HOSTS: receiver.host };
      sides.push(await startSide(folder, options.users, settings));
    }
    const [on, off] = sides as [Side, Side];
    const read = await timeReading(on, options.requests);
    const rounds = await runRounds({ on, off }, options);
    const received = await timeWebhook(on, options.requests, receiver);
    return { read, received, rounds };
  } finally {
    receiver.close();
    for (const { client, server } of sides) {
      await client.close();
      await server.stop();
    }
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

async function startSide(
  folder: string,
  users: number,
  settings: Readonly<Record<string, string>>,
): Promise<Side> {
  progress.start('Writing users', users);
  const { userIds, tenantId } = await populateFolder(folder, {
    users,
    records: 'delivered',
    advance: progress.advance,
  });
  progress.finish();
  const command = ['tools/start.mjs', '--port', '0', '--data', folder];
  const server = await startMeasured<Started>(root, command, settings);
  return { server, client: openClient(server.access, connections), userIds, tenantId };
}

/** Switches users, one after the other, and times each until `arrivals` has its event. */
async function timeChanges(
  { client, userIds }: Side,
  { requests, active }: { requests: number; active: boolean },
  arrivals: ReadonlyMap<string, number>,
): Promise<readonly number[]> {
  const sent = new Map<string, number>();
  progress.start('Changes', requests);
  for (let n = 0; n < requests; n += 1) {
    const id = userIds[n % userIds.length] ?? '';
    sent.set(id, performance.now());
    await client.send(activation(id, active));
    await pause(restMilliseconds);
    progress.advance(n + 1);
  }
  progress.finish();
  for (const end = performance.now() + 10_000; performance.now() < end && arrivals.size < sent.size; ) {
    await pause(restMilliseconds);
  }
  return [...sent].map(([id, start]) => (arrivals.get(id) ?? Number.POSITIVE_INFINITY) - start);
}

function activation(id: string, active: boolean) {
  const value = { op: 'replace', path: 'active', value: active };
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [value] };
  return { method: 'PATCH', path: `/Users/${id}`, body: JSON.stringify(body), status: 200 } as const;
}

interface EventsPage {
  readonly events: readonly { readonly subject: string }[];
  readonly next: string;
}

/** Times changes until a reader that waits for events has them. */
async function timeReading(side: Side, requests: number): Promise<readonly number[]> {
  const path = `/manage/tenants/${side.tenantId}/events`;
  const read = async (query: string) =>
    (await manage(side.server.access, `${path}?${query}`)) as unknown as EventsPage;
  const arrivals = new Map<string, number>();
  let { next } = await read('from=now');
  let isOver = false;
  const reader = (async () => {
    while (!isOver) {
      const page = await read(`after=${next}&wait=1`);
      for (const { subject } of page.events) arrivals.set(idOf(subject), performance.now());
      next = page.next;
    }
  })();
  const times = await timeChanges(side, { requests, active: false }, arrivals);
  isOver = true;
  await reader;
  return times;
}

const idOf = (subject: string) => subject.slice(subject.indexOf('/') + 1);

/** A product that answers webhooks, and the time at which it answered the last one about each user. */
interface Receiver {
  readonly host: string;
  readonly arrivals: Map<string, number>;
  close(): void;
}

async function openReceiver(): Promise<Receiver> {
  const arrivals = new Map<string, number>();
  const receiver = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    response.writeHead(204).end();
    const { subject } = JSON.parse(Buffer.concat(pieces).toString()) as { subject: string };
    arrivals.set(idOf(subject), performance.now());
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const close = () => {
    receiver.closeAllConnections();
    receiver.close();
  };
  return { host: `127.0.0.1:${(receiver.address() as AddressInfo).port}`, arrivals, close };
}

/** Times changes until the receiver of a webhook has answered them. */
async function timeWebhook(
  side: Side,
  requests: number,
  { host, arrivals }: Receiver,
): Promise<readonly number[]> {
  const path = `/manage/tenants/${side.tenantId}/webhooks`;
  await manage(side.server.access, path, { url: `http://${host}/`, types: ['user.'] });
  return timeChanges(side, { requests, active: true }, arrivals);
}

/** Changes users on both sides in turns, at half of the rate that saturates the one without a feed. */
async function runRounds(
  { on, off }: { on: Side; off: Side },
  { rounds, seconds }: ReachOptions,
): Promise<ReachResult['rounds']> {
  const rate = (await saturatingRate(off)) / 2;
  await saturatingRate(on);
  const results: { with: Burden; without: Burden }[] = [];
  progress.start('Rounds', rounds);
  for (let round = 0; round < rounds; round += 1) {
    const isFirst = round % 2 === 0;
    const first = await runRound(isFirst ? on : off, { rate, seconds });
    const second = await runRound(isFirst ? off : on, { rate, seconds });
    results.push(isFirst ? { with: first, without: second } : { with: second, without: first });
    progress.advance(round + 1);
  }
  progress.finish();
  return results;
}

/** The changes a second that the connections send one after the other. */
async function saturatingRate(side: Side): Promise<number> {
  let sent = 0;
  const end = performance.now() + saturationSeconds * 1_000;
  const worker = async () => {
    while (performance.now() < end) {
      sent += 1;
      await side.client.send(titled(side, sent));
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  await pause(deliveryMilliseconds);
  return sent / saturationSeconds;
}

/** Sends changes at a rate, whatever the answers take, and waits until they are delivered. */
async function runRound(side: Side, { rate, seconds }: { rate: number; seconds: number }): Promise<Burden> {
  const before = await side.server.settle();
  const latencies: number[] = [];
  const start = performance.now();
  const answers: Promise<void>[] = [];
  for (let sent = 0; sent < rate * seconds; sent += 1) {
    const due = start + (sent / rate) * 1_000;
    await pause(Math.max(0, due - performance.now()));
    // From the time at which it was due, so that a server that stands still is not left out.
    answers.push(
      side.client.send(titled(side, sent)).then(() => void latencies.push(performance.now() - due)),
    );
  }
  await Promise.all(answers);
  await pause(deliveryMilliseconds);
  const cpu = ((await side.server.settle()) - before) / answers.length;
  return { cpu, latencies };
}

let titles = 0;

function titled({ userIds }: Side, n: number) {
  titles += 1;
  const operation = { op: 'replace', path: 'title', value: `Title ${titles}` };
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] };
  const path = `/Users/${userIds[n % userIds.length]}`;
  return { method: 'PATCH', path, body: JSON.stringify(body), status: 200 } as const;
}
