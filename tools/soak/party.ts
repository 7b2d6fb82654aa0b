import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../client/random.ts';
import { createRecorder } from '../client/recorder.ts';
import { act } from './acts.ts';
import type { Soaked } from './endpoint.ts';
import { attackOnce } from './hostile.ts';
import { compare, enter, type Findings, judge, type Model } from './model.ts';
import { descriptionOf, type Operator, operate } from './operator.ts';
import { joined, readAll } from './reads.ts';
import { connectCounted, type Session, type Tally } from './session.ts';

/** A tenant with its clients and its operator, who together know all that it should hold. */
export interface Party {
  readonly tenantId: string;
  readonly clients: readonly Session[];
  readonly operator: Operator;
  readonly attacker: () => Promise<void>;
}

export interface PartyOptions {
  readonly soaked: Soaked;
  readonly seed: number;
  /** The number of the party, from 0. */
  readonly number: number;
  readonly findings: Findings;
  readonly tally: Tally;
}

const clientsPerTenant = 8;
const usersOfClient = 24;
/** Enough for changes of more members than one batch can take. */
const usersOfLargeClient = 150;
/** The longest pause of a client between two acts. */
const thinkMilliseconds = 60;
const attackerMilliseconds = 200;
const deletionsMax = 60;

/** Creates a tenant with clients that have not written anything yet. */
export async function openParty({ soaked, seed, number, findings, tally }: PartyOptions): Promise<Party> {
  const { tenantId, tenantUrl, token } = await soaked.running.createTenant({
    name: `Soak ${number}`,
    profile: 'rfc',
  });
  const send = connectCounted({ tenantUrl, token }, createRecorder(), tally);
  const clients = Array.from({ length: clientsPerTenant }, (_, client): Session => {
    const random = seededRandom(seed, 'client', number, client);
    let names = 0;
    const newName = () => {
      names += 1;
      return `${number}.${client}.${names}`;
    };
    const usersMax = client === 0 ? usersOfLargeClient : usersOfClient;
    return { model: new Map(), random, findings, tally, send, usersMax, newName };
  });
  const manage: Operator['manage'] = (...request) => soaked.running.manage(...request);
  const random = seededRandom(seed, 'operator', number);
  const model: Model = new Map();
  enter(model, new Map([[`/manage/tenants/${tenantId}`, '']]));
  const operator = { tenantId, tenantUrl, model, random, findings, tally, manage };
  const attacker = () => attackOnce({ tenantUrl, token }, random, findings);
  return { tenantId, clients, operator, attacker };
}

/** Lets everybody work until `isOver` says so; each finishes what they have begun. */
export async function work({ clients, operator, attacker }: Party, isOver: () => boolean): Promise<void> {
  const repeat = async (task: () => Promise<void>, milliseconds: () => number) => {
    while (!isOver()) {
      await task();
      await pause(milliseconds());
    }
  };
  await Promise.all([
    ...clients.map((client) =>
      repeat(
        () => act(client),
        () => client.random.below(thinkMilliseconds),
      ),
    ),
    repeat(
      () => operate(operator),
      () => attackerMilliseconds,
    ),
    repeat(attacker, () => attackerMilliseconds),
  ]);
}

/** Compares all that the tenant holds with what the answers promised. */
export async function check({ clients, operator }: Party, findings: Findings): Promise<void> {
  const [reader] = clients;
  if (!reader) return;
  const { lost, wrong } = compare(joined(clients.map(({ model }) => model)), await readAll(reader));
  findings.lost.push(...lost);
  findings.wrong.push(...wrong);
  const description = await descriptionOf(operator);
  for (const path of operator.model.keys()) judge({ model: operator.model, path, findings }, description);
}

/** Deletes the tenant. */
export async function closeParty({ tenantId, operator: { manage, findings } }: Party): Promise<void> {
  const path = `/manage/tenants/${tenantId}`;
  const { body } = await manage('GET', path);
  for (let attempts = 1; attempts <= deletionsMax; attempts += 1) {
    const { status } = await manage('DELETE', `${path}?confirm=${body.identifier}`);
    if (status === 204 || (status === 404 && attempts > 1)) return;
    if (status !== 503) break;
    await pause(1_000);
  }
  findings.wrong.push(`${path} could not be deleted`);
}
