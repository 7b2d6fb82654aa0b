import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ensureContainers, openCosmosStore } from '../../../lib/store/cosmos/cosmos-store.ts';
import { emulatorKey, startEmulator } from '../../emulator/vercel.ts';

test('a cursor is not good for the container of another database, such as a restored one', async () => {
  const { endpoint, close } = await startEmulator();
  const open = async (database: string) => {
    const options = { endpoint, database, auth: { key: emulatorKey } };
    await ensureContainers(options);
    return openCosmosStore({ ...options, newId: randomUUID, now: Date.now });
  };
  const [one, restored] = [await open('one'), await open('restored')];
  const page = await one.follow('feed', 'beginning', 10);
  const start = { cursor: page?.next ?? '' };
  expect(await one.follow('feed', start, 10)).toMatchObject({ documents: [], isWhole: true });
  expect(await restored.follow('feed', start, 10)).toBeUndefined();
  await Promise.all([one.close(), restored.close()]);
  await close();
});
