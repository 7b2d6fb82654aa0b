import { randomBytes } from 'node:crypto';
import { createKeyVaultSecretStore } from '../../lib/keys/key-vault.ts';
import { createLocalSecretStore } from '../../lib/keys/local-secret-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded.ts';
import { startKeyVaultFake } from '../emulator/key-vault.ts';
import { secretStoreContract } from './secret-store.ts';

secretStoreContract('createLocalSecretStore()', async () => {
  const store = openEmbeddedStore({ path: ':memory:' });
  return { join: () => createLocalSecretStore({ store, randomBytes }), dispose: () => store.close() };
});

secretStoreContract('createKeyVaultSecretStore() on the stand-in', async () => {
  const store = openEmbeddedStore({ path: ':memory:' });
  const { uri, token, cert, close } = await startKeyVaultFake();
  return {
    // Azure gives out the address with a slash.
    join: () =>
      createKeyVaultSecretStore({ uri: `${uri}/`, auth: { token }, tls: { ca: cert }, store, randomBytes }),
    async dispose() {
      await store.close();
      await close();
    },
  };
});
