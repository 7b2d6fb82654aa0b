import { readyHandler } from '../http/health.ts';
import { currentPepper } from '../keys/hash.ts';
import { services } from './services.ts';
import { config, log, now } from './start.ts';

const store = {
  name: 'store',
  async check() {
    const { checkStore } = await services();
    await checkStore();
  },
};

const vault = {
  name: 'vault',
  async check() {
    const { secrets } = await services();
    await secrets.serverSecret(currentPepper);
  },
};

/** The handler of `/health`. It checks the store and, if the deployment has one, Key Vault. */
export const ready = readyHandler({
  dependencies: config.secrets.kind === 'vault' ? [store, vault] : [store],
  now,
  log: (line) => log('error', line),
});
