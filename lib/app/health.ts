import { readyHandler } from '../http/health.ts';
import { currentPepper } from '../keys/hash.ts';
import { config, log, now, services } from './services.ts';

const store = {
  name: 'store',
  async check() {
    const { store: database, newId } = await services();
    const probe = { id: `probe:${newId()}`, tenantId: '_health', kind: 'probe' };
    const partition = { container: 'tenants', tenantId: probe.tenantId } as const;
    // The batch leaves nothing, but a database that is read-only or full refuses it.
    const batch = [
      { op: 'create', document: probe },
      { op: 'delete', ...probe },
    ] as const;
    await Promise.all([database.read({ ...partition, ...probe }), database.commit(partition, batch)]);
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
