import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Document } from '../../lib/store/document-store.ts';
import { drawnChoices } from '../support/chance.ts';
import { type Answer, type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { openData } from '../support/engine.ts';
import { type Client, type Created, clientOf, inParallel, range, userBody } from './client.ts';
import { runTimer } from './two-processes.ts';

const kills = 3;
const writesPerKill = 200;
const connections = 16;

let folder: string;
/** The endpoint that a round writes to, which the next one goes on with after its checks. */
let endpoint: Endpoint;
let groupIds: readonly string[];

/** What was answered, and what was sent without an answer. */
interface Ledger {
  /** userName to id, as far as it is known. */
  readonly created: Map<string, string>;
  readonly unanswered: Set<string>;
  /** Ids of users with the last title that was answered, and one that may have come after it. */
  readonly titles: Map<string, { answered?: string; sent: string }>;
  readonly members: { group: string; user: string }[];
  readonly deleted: Set<string>;
  readonly maybeDeleted: Set<string>;
}

const ledger: Ledger = {
  created: new Map(),
  unanswered: new Set(),
  titles: new Map(),
  members: [],
  deleted: new Set(),
  maybeDeleted: new Set(),
};

/** The log says when the timer has run. */
const start = () => startEndpoint({ data: folder, env: { MUSTER_LOG: 'information' } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-kill-'));
  endpoint = await start();
  const client = clientOf(endpoint);
  groupIds = await inParallel(range(4), 4, async (number) => (await client.group(`group${number}`)).id);
});
afterAll(async () => {
  await endpoint.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The answer, or nothing when the endpoint died before it. */
async function attempt(answer: Promise<Answer>): Promise<Answer | undefined> {
  const outcome = await answer.catch(() => undefined);
  if (outcome) expect(outcome.status, JSON.stringify(outcome.body)).toBeLessThan(300);
  return outcome;
}

/** One user's life in a few writes: created, changed, put into a group, and every tenth deleted. */
async function live(client: Client, userName: string, number: number): Promise<number> {
  ledger.unanswered.add(userName);
  const created = await attempt(client.post('/Users', userBody(userName)));
  if (!created) return 0;
  ledger.unanswered.delete(userName);
  const { id } = created.body;
  ledger.created.set(userName, id);

  const title = `title of ${userName}`;
  ledger.titles.set(id, { sent: title });
  const patched = await attempt(client.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: title }]));
  if (!patched) return 1;
  ledger.titles.set(id, { sent: title, answered: title });

  const group = groupIds[number % groupIds.length] ?? '';
  const add = [{ op: 'add', path: 'members', value: [{ value: id }] }];
  if (!(await attempt(client.patch(`/Groups/${group}`, add)))) return 2;
  ledger.members.push({ group, user: id });
  if (number % 10 !== 0) return 3;

  ledger.maybeDeleted.add(id);
  if (!(await attempt(client.delete(`/Users/${id}`)))) return 3;
  ledger.deleted.add(id);
  return 4;
}

/** Writes until the endpoint is killed in the middle of it; a large membership change is under way too. */
async function writeAndKill(round: number): Promise<void> {
  const client = clientOf(endpoint);
  let writes = 0;
  let isDead: Promise<void> | undefined;
  await inParallel(range(writesPerKill), connections, async (number) => {
    if (isDead) return;
    const done = await live(client, `user${number}.round${round}`, number);
    writes += done;
    if (writes >= writesPerKill) isDead ??= killAmid(client, round);
  });
  await isDead;
  expect(writes).toBeGreaterThanOrEqual(writesPerKill);
}

/** Kills while one large membership change is somewhere on its way. */
async function killAmid(client: Client, round: number): Promise<void> {
  const ids = [...ledger.created.values()].filter((id) => !ledger.maybeDeleted.has(id)).slice(-150);
  const value = ids.map((id) => ({ value: id }));
  const large = attempt(client.patch(`/Groups/${groupIds[0]}`, [{ op: 'add', path: 'members', value }]));
  await delay(drawnChoices(round).next() * 40);
  await endpoint.kill();
  if (await large) ledger.members.push(...ids.map((user) => ({ group: groupIds[0] ?? '', user })));
}

/** Everyone whom a list shows, by walking it. */
async function listAll(
  client: Client,
  path: string,
): Promise<{ resources: readonly Created[]; total: number }> {
  const resources: Created[] = [];
  for (;;) {
    const { body } = await client.get(`${path}?count=500&startIndex=${resources.length + 1}`);
    resources.push(...body.Resources);
    if (body.itemsPerPage === 0) return { resources, total: body.totalResults };
  }
}

async function expectAllAnswered(client: Client): Promise<void> {
  const { resources, total } = await listAll(client, '/Users');
  const users = new Map(resources.map((user) => [user.id, user]));
  expect(total).toBe(users.size);
  for (const [userName, id] of ledger.created) {
    if (ledger.maybeDeleted.has(id) && !users.has(id)) continue;
    expect(ledger.deleted.has(id)).toBe(false);
    expect(users.get(id)).toMatchObject({ userName });
    const { answered, sent } = ledger.titles.get(id) ?? {};
    const title = users.get(id)?.title;
    expect(answered === undefined ? [sent, undefined] : [answered]).toContain(title);
  }
  const { resources: groups } = await listAll(client, '/Groups');
  const members = new Map(groups.map(({ id, members: list = [] }) => [id, new Set(list.map(idOf))]));
  for (const { group, user } of ledger.members) {
    if (users.has(user)) expect(members.get(group)).toContain(user);
  }
  for (const user of users.values()) {
    for (const { value } of user.groups ?? []) expect(members.get(value)).toContain(user.id);
  }
}

const idOf = ({ value }: { value: string }) => value;

/** A create that was not answered is there as a whole, or its userName is free. */
async function expectWholeOrFree(client: Client): Promise<void> {
  for (const userName of ledger.unanswered) {
    const [found] = await client.find('/Users', `userName eq "${userName}"`);
    const repeated = await client.post('/Users', userBody(userName));
    expect(repeated.status).toBe(found ? 409 : 201);
    if (found) expect((await client.get(`/Users/${found.id}`)).body).toEqual(found);
    ledger.created.set(userName, found?.id ?? repeated.body.id);
    ledger.unanswered.delete(userName);
  }
}

/** Looks into the data while nobody writes: nothing is half written. */
async function expectConsistent(): Promise<void> {
  const store = await openData(folder);
  try {
    const refs = await store.query({
      container: 'tenants',
      tenantId: '_registry',
      kind: 'tenant-ref',
      limit: 10,
    });
    const tenantId = refs.documents[0]?.document.id ?? '';
    const all = async (container: 'users' | 'groups', kind: string): Promise<readonly Document[]> =>
      (await store.query({ container, tenantId, kind, limit: 100_000 })).documents.map(
        ({ document }) => document,
      );
    const [users, unique, members] = [
      await all('users', 'user'),
      await all('users', 'unique'),
      await all('groups', 'member'),
    ];
    expect(unique.map(({ owner }) => owner).sort()).toEqual(users.map(({ id }) => id).sort());
    const counts = await all('users', 'count-user');
    expect(counts.reduce((sum, { total }) => sum + Number(total), 0)).toBe(users.length);
    const known = new Set(users.map(({ id }) => id));
    expect(members.filter(({ user }) => !known.has(String(user)))).toEqual([]);
    for (const { id, memberCount, intent } of await all('groups', 'group')) {
      expect(intent).toBeUndefined();
      expect(members.filter(({ group }) => group === id)).toHaveLength(Number(memberCount));
    }
    expect(await all('groups', 'intent')).toEqual([]);
  } finally {
    await store.close();
  }
}

describe('kill -9 in the middle of writes', () => {
  test.each(range(kills))(
    'loses nothing that was answered and leaves nothing half written (%i)',
    async (round) => {
      await writeAndKill(round);
      endpoint = await start();
      const client = clientOf(endpoint);
      await expectAllAnswered(client);
      await expectWholeOrFree(client);
      await runTimer(endpoint);
      await expectAllAnswered(client);
      await expectConsistent();
    },
    120_000,
  );
});
