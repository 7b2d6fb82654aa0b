import { randomBytes, randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import { createKeyVaultSecretStore } from '../../../lib/keys/key-vault.ts';
import { createLocalSecretStore } from '../../../lib/keys/local-secret-store.ts';
import { ensureContainers, openCosmosStore } from '../../../lib/store/cosmos/cosmos-store.ts';
import type { DocumentStore } from '../../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';
import { startKeyVaultFake } from '../../emulator/key-vault.ts';
import { findLowkeyVault, startLowkeyVault } from '../../emulator/lowkey-vault.ts';
import { emulatorKey, startEmulator } from '../../emulator/vercel.ts';
import { type OpenSecrets, secretStoreContract } from './secret-store.ts';

interface Place {
  readonly store: DocumentStore;
  close(): Promise<void>;
}

async function inMemory(): Promise<Place> {
  const store = openEmbeddedStore({ path: ':memory:' });
  return { store, close: () => store.close() };
}

async function onEmulator(): Promise<Place> {
  const emulator = await startEmulator();
  const options = { endpoint: emulator.endpoint, database: 'muster', auth: { key: emulatorKey } };
  await ensureContainers(options);
  const store = openCosmosStore({ ...options, newId: randomUUID, now: Date.now });
  return {
    store,
    async close() {
      await store.close();
      await emulator.close();
    },
  };
}

function openLocal({ store, close }: Place): OpenSecrets {
  return { join: () => createLocalSecretStore({ store, randomBytes }), dispose: close };
}

interface StandIn {
  /** Azure gives it out with a slash at its end. */
  readonly uri: string;
  readonly token: string;
  readonly cert: string;
  close(): unknown;
}

function openVault({ uri, token, cert, close }: StandIn, place: Place): OpenSecrets {
  const options = { uri: `${uri}/`, auth: { token }, tls: { ca: cert }, store: place.store, randomBytes };
  return {
    join: () => createKeyVaultSecretStore(options),
    async dispose() {
      await place.close();
      await close();
    },
  };
}

secretStoreContract('createLocalSecretStore() in memory', async () => openLocal(await inMemory()));
secretStoreContract('createLocalSecretStore() on Cosmos DB', async () => openLocal(await onEmulator()));
secretStoreContract('createKeyVaultSecretStore() on the stand-in', async () =>
  openVault(await startKeyVaultFake(), await inMemory()),
);
secretStoreContract('createKeyVaultSecretStore() on the stand-in, beside Cosmos DB', async () =>
  openVault(await startKeyVaultFake(), await onEmulator()),
);

const lowkey = findLowkeyVault();
if ('jar' in lowkey) {
  secretStoreContract(
    'createKeyVaultSecretStore() on Lowkey Vault',
    async () => openVault({ ...(await startLowkeyVault(lowkey.jar)), token: 'any' }, await inMemory()),
    { hidesDisabled: true },
  );
} else {
  test.skip(`createKeyVaultSecretStore() on Lowkey Vault, since ${lowkey.reason}`, () => undefined);
}

describe('not held by any stand-in, only by a Key Vault in Azure:', () => {
  test.skip.each([
    ['tokens of a managed identity, since both take any that is agreed on'],
    ['its roles, since both let in whoever has a token'],
    ['how often it may be asked, since neither counts'],
    ['how long a deletion takes, since both delete at once'],
  ])('%s', () => undefined);
});
