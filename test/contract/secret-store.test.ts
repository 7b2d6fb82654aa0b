import { randomBytes } from 'node:crypto';
import { describe, test } from 'vitest';
import { createKeyVaultSecretStore } from '../../lib/keys/key-vault.ts';
import { createLocalSecretStore } from '../../lib/keys/local-secret-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded.ts';
import { startKeyVaultFake } from '../emulator/key-vault.ts';
import { findLowkeyVault, startLowkeyVault } from '../emulator/lowkey-vault.ts';
import { type OpenSecrets, secretStoreContract } from './secret-store.ts';

secretStoreContract('createLocalSecretStore()', async () => {
  const store = openEmbeddedStore({ path: ':memory:' });
  return { join: () => createLocalSecretStore({ store, randomBytes }), dispose: () => store.close() };
});

interface StandIn {
  readonly uri: string;
  readonly token: string;
  readonly cert: string;
  close(): unknown;
}

function openOn({ uri, token, cert, close }: StandIn): OpenSecrets {
  const store = openEmbeddedStore({ path: ':memory:' });
  return {
    // Azure gives out the address with a slash.
    join: () =>
      createKeyVaultSecretStore({ uri: `${uri}/`, auth: { token }, tls: { ca: cert }, store, randomBytes }),
    async dispose() {
      await store.close();
      await close();
    },
  };
}

secretStoreContract('createKeyVaultSecretStore() on the stand-in', async () =>
  openOn(await startKeyVaultFake()),
);

const lowkey = findLowkeyVault();
if ('jar' in lowkey) {
  secretStoreContract(
    'createKeyVaultSecretStore() on Lowkey Vault',
    async () => openOn({ ...(await startLowkeyVault(lowkey.jar)), token: 'any' }),
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
