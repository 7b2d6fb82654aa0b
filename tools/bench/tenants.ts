import { setTimeout as pause } from 'node:timers/promises';
import { urns } from '../client/json.ts';
import { createProgress } from '../client/progress.ts';
import type { ManageAccess } from '../host/manage.ts';
import { type Client, openClient, type ScimRequest } from './client.ts';
import { type Access, withMuster } from './endpoint.ts';
import { createUsers } from './endpoint-contender.ts';
import { sampleKeys, sampleUser } from './sample-user.ts';
import { createTenants } from './side.ts';

export interface TenantsOptions {
  /** The number of tenants that each send `rate` requests a second. */
  readonly tenants: number;
  readonly rate: number;
  /** Requests a second of the tenant beside them that sends too many. */
  readonly loud: number;
  readonly rounds: number;
  readonly seconds: number;
}

/** The requests of a round, of the tenants that keep to their rate. */
export interface TenantsRound {
  /** Milliseconds from the time at which a request was due to the end of its answer. */
  readonly latencies: readonly number[];
  /** The number of answers with each status; `loud` likewise, for the tenant that sends too many. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly loud: ReadonlyMap<number, number>;
}

/** A round without the loud tenant, and the one with it right after. */
export type TenantsPair = readonly [alone: TenantsRound, beside: TenantsRound];

const usersOfTenant = 50;
/** Enough for requests to wait at the endpoint and not in this process. */
const connectionsOfTenant = 8;
const connectionsOfLoud = 128;
const progress = createProgress(process.stdout);

/** A tenant with its users, and the number of requests that it has sent. */
interface Sender {
  readonly client: Client;
  readonly ids: readonly string[];
  readonly connections: number;
  sent: number;
}

/** Sends the requests of many tenants to one process at fixed rates, in rounds without and with a loud tenant. */
export function runTenants(options: TenantsOptions): Promise<readonly TenantsPair[]> {
  return withMuster(async (access) => {
    const quiet = await openSenders(access, options.tenants, connectionsOfTenant);
    const loud = await openSenders(access, 1, connectionsOfLoud);
    const pairs = await runPairs(quiet, loud, options);
    await Promise.all([...quiet, ...loud].map(({ client }) => client.close()));
    return pairs;
  });
}

async function runPairs(
  quiet: readonly Sender[],
  loud: readonly Sender[],
  options: TenantsOptions,
): Promise<readonly TenantsPair[]> {
  progress.start('Rounds', options.rounds + 1);
  const pairs: TenantsPair[] = [];
  // The first pair warms up.
  for (let round = 0; round <= options.rounds; round += 1) {
    const alone = await runRound(quiet, [], options);
    const beside = await runRound(quiet, loud, options);
    if (round > 0) pairs.push([alone, beside]);
    progress.advance(round + 1);
  }
  progress.finish();
  return pairs;
}

async function openSenders(
  access: Access & ManageAccess,
  count: number,
  connections: number,
): Promise<readonly Sender[]> {
  const senders: Sender[] = [];
  for (const tenant of await createTenants(access, count)) {
    const ids = await createUsers(tenant, usersOfTenant, () => undefined);
    senders.push({ client: openClient(tenant, connections), ids, connections, sent: 0 });
  }
  return senders;
}

async function runRound(
  quiet: readonly Sender[],
  loud: readonly Sender[],
  { rate, loud: loudRate, seconds }: TenantsOptions,
): Promise<TenantsRound> {
  const begin = performance.now() + 100;
  const apart = 1_000 / rate / quiet.length;
  const [answers, loudAnswers] = await Promise.all([
    Promise.all(
      quiet.map((sender, place) => sendAtRate(sender, { begin: begin + place * apart, rate, seconds })),
    ),
    Promise.all(loud.map((sender) => sendAtRate(sender, { begin, rate: loudRate, seconds }))),
  ]);
  return {
    latencies: answers.flat().map(({ milliseconds }) => milliseconds),
    statuses: countStatuses(answers.flat()),
    loud: countStatuses(loudAnswers.flat()),
  };
}

interface TimedAnswer {
  readonly status: number;
  readonly milliseconds: number;
}

/** Sends each request when it is due, whether or not those before it are answered, as long as a connection is free. */
async function sendAtRate(
  sender: Sender,
  { begin, rate, seconds }: { begin: number; rate: number; seconds: number },
): Promise<readonly TimedAnswer[]> {
  const answers: Promise<TimedAnswer>[] = [];
  let free = sender.connections;
  for (let sequence = 0; sequence < rate * seconds; sequence += 1) {
    const due = begin + (sequence * 1_000) / rate;
    const early = due - performance.now();
    if (early > 0) await pause(early);
    if (free === 0) continue;
    free -= 1;
    answers.push(
      sendTimed(sender, due).finally(() => {
        free += 1;
      }),
    );
  }
  return Promise.all(answers);
}

async function sendTimed(sender: Sender, due: number): Promise<TimedAnswer> {
  const request = requestOf(sender, sender.sent);
  sender.sent += 1;
  const status = await sender.client.statusOf(request);
  return { status, milliseconds: performance.now() - due };
}

/** Of 20 requests, 10 read a user by id, 6 find one by its userName, 3 change one, and 1 creates one. */
function requestOf({ ids }: Sender, sequence: number): ScimRequest {
  // A step without a common factor spreads the kinds.
  const kind = (sequence * 7) % 20;
  const index = sequence % ids.length;
  const path = `/Users/${ids[index]}`;
  if (kind < 10) return { method: 'GET', path, status: 200 };
  if (kind < 16) {
    const filter = encodeURIComponent(`userName eq "${sampleKeys(index).userName}"`);
    return { method: 'GET', path: `/Users?filter=${filter}`, status: 200 };
  }
  if (kind < 19) {
    const Operations = [{ op: 'replace', path: 'displayName', value: `Name ${sequence}` }];
    return {
      method: 'PATCH',
      path,
      body: JSON.stringify({ schemas: [urns.patchOp], Operations }),
      status: 200,
    };
  }
  const body = JSON.stringify(sampleUser(usersOfTenant + sequence));
  return { method: 'POST', path: '/Users', body, status: 201 };
}

function countStatuses(answers: readonly TimedAnswer[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}
