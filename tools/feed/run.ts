import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SnapshotPage } from '../../lib/feed/snapshot.ts';
import { type Client, clientOf } from '../../test/api/client.ts';
import { type Random, seededRandom } from '../client/random.ts';
import { type Soaked, startSoaked } from '../soak/endpoint.ts';
import { openConsumerData } from './consumer.ts';
import { applyRow } from './mirror.ts';

interface FeedSoakOptions {
  /** Events to make at least. */
  readonly events: number;
  /** Kills of each, the consumer and Muster. */
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** The findings of a run; `lost`, `twice`, `gaps` and `different` must be 0. */
export interface FeedSoakResult {
  readonly events: number;
  readonly answered: number;
  /** Events that the feed has and the consumer has not. */
  readonly lost: number;
  readonly twice: number;
  readonly gaps: number;
  /** Rows in which the consumer differs from the snapshot. */
  readonly different: number;
  readonly kills: { readonly muster: number; readonly consumer: number };
}

const clients = 6;

/** Makes events while it kills the endpoint and a consumer at random, and compares what both have at the end. */
export async function soakFeed({ events, kills, seed, say }: FeedSoakOptions): Promise<FeedSoakResult> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-feed-'));
  const path = join(folder, 'consumer');
  // Its only tenant need not leave anything to others.
  await using soaked = await startSoaked('embedded', seed, { TENANT_REQUESTS_PER_SECOND: '10000' });
  const tenant = await soaked.running.createTenant({ name: 'Fed' });
  const url = `${soaked.running.baseUrl}/manage/tenants/${tenant.tenantId}`;
  const spawn = () => spawnConsumer({ url, functionKey: soaked.running.functionKey, path });
  let consumer = spawn();
  const done = { muster: 0, consumer: 0 };
  const points = killPoints(seededRandom(seed, 'kills'), { events, kills });
  const work = new Writers(clientOf(tenant), { events, seed });
  const writing = work.run();
  for (const { at, whom } of points) {
    while (work.answered < at && !work.isOver) await delay(5);
    if (whom === 'muster') await soaked.killAndStart();
    else {
      await end(consumer);
      consumer = spawn();
    }
    done[whom] += 1;
    say(`killed ${whom} after ${work.answered} of ${events} changes`);
  }
  await writing;
  const last = await awaitApplied(soaked, tenant.tenantId);
  await end(consumer);
  const rows = await snapshotOf(soaked, tenant.tenantId);
  const data = openConsumerData(path);
  const { sequence, twice, gaps } = data.state();
  const keys = new Set([...rows.keys(), ...data.rowKeys()]);
  // A request that adds a member while the user is deleted may be told after the deletion. A snapshot leaves it out.
  const isGone = (key: string) => key.startsWith('member/') && !rows.has(`user/${key.split('/')[2]}`);
  const different = [...keys].filter(
    (key) => !isGone(key) && contentOf(rows.get(key)) !== contentOf(data.tables.get(key)),
  );
  for (const key of different) say(`${key} is ${data.tables.get(key)}, in the snapshot ${rows.get(key)}`);
  await data.close();
  await rm(folder, { recursive: true });
  const { answered } = work;
  const lost = Math.max(last - sequence, answered - sequence, 0);
  return { events: last, answered, lost, twice, gaps, different: different.length, kills: done };
}

/**
 * A row without what a group gets without an event when a member is deleted, which is told by that deletion alone: a
 * version, a time, and one member less.
 */
function contentOf(row: string | undefined): string | undefined {
  if (!row) return row;
  const { version: _, lastModified: __, memberCount: ___, ...content } = JSON.parse(row);
  return JSON.stringify(content);
}

interface KillPoint {
  readonly at: number;
  readonly whom: 'muster' | 'consumer';
}

function killPoints(
  random: Random,
  { events, kills }: { events: number; kills: number },
): readonly KillPoint[] {
  const of = (whom: KillPoint['whom']) =>
    Array.from({ length: kills }, (): KillPoint => ({ at: 1 + random.below(events), whom }));
  return [...of('muster'), ...of('consumer')].toSorted((a, b) => a.at - b.at);
}

/** Clients that change users and groups at random, until enough changes are answered. */
class Writers {
  attempts = 0;
  answered = 0;
  isOver = false;
  readonly #client: Client;
  readonly #events: number;
  readonly #seed: number;
  readonly #users: string[] = [];
  readonly #groups: string[] = [];

  constructor(client: Client, { events, seed }: { events: number; seed: number }) {
    this.#client = client;
    this.#events = events;
    this.#seed = seed;
  }

  async run(): Promise<void> {
    const works = Array.from({ length: clients }, (_, n) => this.#work(seededRandom(this.#seed, n)));
    await Promise.all(works);
    this.isOver = true;
  }

  async #work(random: Random): Promise<void> {
    while (this.answered < this.#events) {
      this.attempts += 1;
      try {
        await this.#act(random);
      } catch {
        // The endpoint was killed, or another client was first.
        await delay(10);
      }
    }
  }

  async #act(random: Random): Promise<void> {
    const name = `n${this.attempts}`;
    if (this.#users.length < 50 || random.chance(0.03)) {
      this.#users.push((await this.#client.user(name)).id);
      this.answered += 1;
    } else if (this.#groups.length < 5) {
      this.#groups.push((await this.#client.group(name)).id);
      this.answered += 1;
    } else if (random.chance(0.02)) {
      const [id] = this.#users.splice(random.below(this.#users.length), 1);
      this.#count(await this.#client.delete(`/Users/${id}`));
    } else if (random.chance(0.2)) {
      // A member that is there already changes nothing, and makes no event.
      const value = [{ value: random.pick(this.#users) }];
      await this.#client.patch(`/Groups/${random.pick(this.#groups)}`, [
        { op: 'add', path: 'members', value },
      ]);
    } else {
      const change = random.chance(0.2)
        ? { op: 'replace', path: 'active', value: random.chance(0.5) }
        : { op: 'replace', path: 'title', value: name };
      const { status } = await this.#client.patch(`/Users/${random.pick(this.#users)}`, [change]);
      if (change.path === 'title') this.#count({ status });
    }
  }

  #count({ status }: { readonly status: number }): void {
    if (status < 300) this.answered += 1;
  }
}

const program = fileURLToPath(new URL('consumer.ts', import.meta.url));

function spawnConsumer(followed: object): ChildProcess {
  const env = { ...process.env, MUSTER_FOLLOWED: JSON.stringify(followed) };
  return fork(program, [], { execArgv: ['--import', 'tsx'], env });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null)
    throw new Error('The consumer has ended by itself');
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Waits until the consumer has acknowledged the end of the feed, and yields its sequence. */
async function awaitApplied({ running }: Soaked, tenantId: string): Promise<number> {
  const path = `/manage/tenants/${tenantId}/events`;
  for (let tries = 0; tries < 2_000; tries += 1) {
    await running.manage('GET', `${path}?from=now`);
    const { body } = await running.manage('GET', `${path}/acks`);
    const [acknowledged] = body.acknowledgements;
    if (acknowledged?.lag === 0) return acknowledged.sequence;
    await delay(50);
  }
  throw new Error('The consumer does not reach the end of the feed');
}

async function snapshotOf({ running }: Soaked, tenantId: string): Promise<ReadonlyMap<string, string>> {
  const rows = new Map<string, string>();
  const tables = {
    get: (key: string) => rows.get(key),
    put: (key: string, value: string) => void rows.set(key, value),
    remove: (key: string) => void rows.delete(key),
    keysWith: () => [],
  };
  for (let query = ''; ; ) {
    const { body } = await running.manage('GET', `/manage/tenants/${tenantId}/snapshot${query}`);
    const { rows: page, next }: SnapshotPage = body;
    for (const row of page) applyRow(tables, row);
    if (next === undefined) return rows;
    query = `?after=${next}`;
  }
}
