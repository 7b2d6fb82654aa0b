import { randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import { ensureContainers, openCosmosStore } from '../../../lib/store/cosmos/cosmos-store.ts';
import { findCosmium, startCosmium } from '../../emulator/cosmium.ts';
import type { Front } from '../../emulator/front.ts';
import { emulatorKey, startEmulator } from '../../emulator/vercel.ts';
import { documentStoreContract } from './document-store.ts';
import type { OpenStore } from './open-store.ts';

async function openAt(endpoint: string, key: string, close: () => Promise<void>): Promise<OpenStore> {
  const options = { endpoint, database: 'muster-contract', auth: { key } };
  await ensureContainers(options);
  const open = () => openCosmosStore({ ...options, newId: randomUUID, now: Date.now });
  const store = open();
  const stores = [store];
  return {
    store,
    async reopen() {
      const reopened = open();
      stores.push(reopened);
      return reopened;
    },
    async dispose() {
      for (const one of stores) await one.close();
      await close();
    },
  };
}

const openOn = async ({ endpoint, close }: Front) => openAt(endpoint, emulatorKey, close);

documentStoreContract('openCosmosStore() on the emulator from npm', async () =>
  openOn(await startEmulator()),
);

const cosmium = findCosmium();
if ('program' in cosmium) {
  documentStoreContract('openCosmosStore() on Cosmium', async () =>
    openOn(await startCosmium(cosmium.program)),
  );
} else {
  test.skip(`openCosmosStore() on Cosmium, since ${cosmium.reason}`, () => undefined);
}

const { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key } = process.env;
if (endpoint && key) {
  documentStoreContract(`openCosmosStore() on ${endpoint}`, () =>
    openAt(endpoint, key, async () => undefined),
  );
}

describe('not held by any emulator, only by an account that COSMOS_ENDPOINT and COSMOS_KEY name:', () => {
  test.skip.each([
    ['the order of strings within SQL, since both compare as their own language does'],
    ['the plan of a query across physical partitions, since both answer as one'],
    ['pages of an answer above 4 MB and their continuation, since both answer at once'],
    ['whether an index serves a statement and what it costs, since both scan and charge 1'],
    ['lifetimes, bounds of size and time, and consistency between instances, since both know none'],
    ['batches in one step, since the front checks each ahead and lets one in after the other'],
    [
      'the change feed over several physical partitions and its end at another container, since the front plays it',
    ],
    ['tokens of a managed identity, since both speak HTTP without TLS'],
  ])('%s', () => undefined);
});
