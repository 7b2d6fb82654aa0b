import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { createProgress } from '../client/progress.ts';
import { type ManageAccess, manage } from '../host/manage.ts';
import { type Client, openClient } from './client.ts';
import { type Access, withMuster } from './endpoint.ts';
import { createUsers } from './endpoint-contender.ts';
import { type FairLoad, fairLoads, type LoudTenants } from './fair-loads.ts';
import { makeDefault, populateStore } from './populate.ts';
import { createTenants } from './side.ts';

export interface FairOptions {
  /** The users of the tenant that scans, lists and sends bulk requests. */
  readonly users: number;
  /** The members of the group that is changed. */
  readonly members: number;
  readonly rounds: number;
  readonly seconds: number;
}

/** The requests of the other tenant beside one load, in all rounds. */
export interface FairResult {
  readonly name: string;
  /** Milliseconds of each GET, by round. */
  readonly rounds: readonly (readonly number[])[];
  /** The number of requests of the load that were answered with each status. */
  readonly loud: ReadonlyMap<number, number>;
}

const usersOfQuiet = 50;
/** Time between an answer and the next GET. */
const restMilliseconds = 10;
const progress = createProgress(process.stdout);

/** Times the GET requests of one tenant alone and beside the loads of others, in rounds that take turns. */
export async function runFair(options: FairOptions): Promise<readonly FairResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-fair-'));
  try {
    const population = await writeTenants(folder, options);
    return await withMuster((access) => runRounds(access, population, options), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type LoudPopulation = Omit<LoudTenants, 'directory' | 'group'> & { readonly groupTenantId: string };

async function writeTenants(folder: string, { users, members }: FairOptions): Promise<LoudPopulation> {
  const store = openEmbeddedStore({ path: folder });
  progress.start('Writing users and memberships', users + 2 * members);
  // Without records the timer has nothing to deliver during the measurement.
  const directory = await populateStore(store, { users, records: false, advance: progress.advance });
  const advance = (written: number) => progress.advance(users + written);
  const grouped = await populateStore(store, { users: members, members, records: false, advance });
  progress.finish();
  await store.close();
  await makeDefault(folder, directory);
  return {
    userIds: directory.userIds,
    memberIds: grouped.userIds,
    groupId: grouped.groupId ?? '',
    groupTenantId: grouped.tenantId,
  };
}

async function runRounds(
  endpoint: Access & ManageAccess,
  { groupTenantId, ...population }: LoudPopulation,
  { rounds, seconds }: FairOptions,
): Promise<readonly FairResult[]> {
  const [quietAccess] = await createTenants(endpoint, 1);
  if (!quietAccess) throw new Error('No tenant was created');
  const quietIds = await createUsers(quietAccess, usersOfQuiet, () => undefined);
  const { key } = await manage(endpoint, `/manage/tenants/${groupTenantId}/keys`, { label: 'Measured' });
  const clients = {
    quiet: openClient(quietAccess, 1),
    directory: openClient(endpoint, 8),
    group: openClient({ ...endpoint, secretToken: String(key) }, 8),
  };
  const tenants: LoudTenants = { ...population, directory: clients.directory, group: clients.group };
  const results = fairLoads.map(({ name }) => ({
    name,
    rounds: [] as (readonly number[])[],
    loud: new Map<number, number>(),
  }));
  progress.start('Rounds', (rounds + 1) * results.length);
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [place, load] of fairLoads.entries()) {
      const { latencies, loud } = await runRound({ client: clients.quiet, ids: quietIds }, load, {
        tenants,
        seconds,
      });
      const result = results[place];
      if (round > 0) result?.rounds.push(latencies);
      for (const status of loud) result?.loud.set(status, (result.loud.get(status) ?? 0) + 1);
      progress.advance(round * results.length + place + 1);
    }
  }
  progress.finish();
  await Promise.all(Object.values(clients).map((client) => client.close()));
  return results;
}

/** Sends the load on its connections and one GET of the other tenant at a time, until the time is over. */
async function runRound(
  quiet: { readonly client: Client; readonly ids: readonly string[] },
  load: FairLoad,
  { tenants, seconds }: { tenants: LoudTenants; seconds: number },
) {
  const end = performance.now() + seconds * 1_000;
  const isOver = () => performance.now() >= end;
  const loud: number[] = [];
  let sent = 0;
  const sendLoad = async () => {
    while (!isOver()) {
      sent += 1;
      loud.push(await load.send(tenants, sent));
    }
  };
  const latencies: number[] = [];
  const sendQuiet = async () => {
    while (!isOver()) {
      const path = `/Users/${quiet.ids[latencies.length % quiet.ids.length]}`;
      const start = performance.now();
      await quiet.client.send({ method: 'GET', path, status: 200 });
      latencies.push(performance.now() - start);
      await pause(restMilliseconds);
    }
  };
  await Promise.all([sendQuiet(), ...Array.from({ length: load.atOnce }, sendLoad)]);
  return { latencies, loud };
}
