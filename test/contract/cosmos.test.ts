import { randomUUID } from 'node:crypto';
import { ensureContainers, openCosmosStore } from '../../lib/store/cosmos.ts';
import { emulatorKey, startEmulator } from '../emulator/vercel.ts';
import { documentStoreContract } from './document-store.ts';

documentStoreContract('openCosmosStore() on the emulator from npm', async () => {
  const emulator = await startEmulator();
  const options = { endpoint: emulator.endpoint, database: 'muster', auth: { key: emulatorKey } };
  await ensureContainers(options);
  const open = () => openCosmosStore({ ...options, newId: randomUUID });
  const stores = [open()];
  return {
    store: stores[0] ?? open(),
    async reopen() {
      stores.push(open());
      return stores.at(-1) ?? open();
    },
    async dispose() {
      for (const store of stores) await store.close();
      await emulator.close();
    },
  };
});
