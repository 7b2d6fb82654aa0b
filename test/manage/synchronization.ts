import { listAccounts } from '../../lib/accounts/list-accounts.ts';
import { requestResettling } from '../../lib/accounts/maintenance.ts';
import { settleAccounts } from '../../lib/accounts/settle.ts';
import { type BulkState, writeBulkRecord } from '../../lib/directory/bulk-records.ts';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { readGroup, writeGroup } from '../../lib/directory/members/groups.ts';
import { keepPending } from '../../lib/directory/members/pending-members.ts';
import { readResource, writeResource } from '../../lib/directory/resources.ts';
import { createCatalogue } from '../../lib/packs/catalogue.ts';
import { loadPacks } from '../../lib/packs/load-packs.ts';
import type { JsonObject } from '../../lib/scim/json.ts';
import type { ResourceType } from '../../lib/scim/schema/attribute.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import type { Container, Document, DocumentStore } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { queryAll } from '../../lib/store/query-all.ts';
import { asMembers, intercept } from '../directory/directory.ts';
import { type Call, type Instance, openWorld, type World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Body = any;

const devices = createCatalogue(loadPacks(undefined)).customTypes.filter(({ name }) => name === 'Device');
export const [deviceType = userType] = devices;

/** A tenant whose client and operators a test plays. */
export interface Party {
  readonly tenant: string;
  call(name: string, call?: Call): Promise<Body>;
  /** Begins the ending. */
  end(): Promise<Body>;
  /** Creates or changes a user, and settles its account. */
  user(id: string, attributes?: JsonObject): Promise<void>;
  remove(type: ResourceType, id: string): Promise<void>;
  group(id: string, members: readonly string[], resource?: JsonObject): Promise<void>;
  device(id: string): Promise<void>;
  /** Leaves a member that waits, a settling of all accounts, and a bulk request that is under way. */
  unfinished(group: string): Promise<void>;
  /** Makes an account by hand; yields its id. */
  byHand(email: string, body?: object): Promise<string>;
  /** The accounts with all their properties, by their e-mail address. */
  accounts(): Promise<Readonly<Record<string, Body>>>;
  status(): Promise<Body>;
}

/** A deployment that knows all kinds of documents that were written. */
export interface Stage {
  readonly world: World;
  /** The engine, which hears of no kinds. */
  readonly engine: DocumentStore;
  readonly instance: Instance;
  party(policy?: object, on?: Instance): Promise<Party>;
  /** The documents of a tenant without its audit trail and its feed, or all that are in the containers. */
  contents(tenantId: string, containers?: readonly Container[]): Promise<readonly Document[]>;
  close(): Promise<void>;
}

export const mailOf = (name: string) => ({
  emails: [{ value: `${name}@example.com`, type: 'work', primary: true }],
});

export function openStage(): Stage {
  const engine = openEmbeddedStore({ path: ':memory:' });
  const kinds = new Set<`${Container} ${string}`>();
  const store = intercept(engine, async (partition, changes) => {
    for (const change of changes)
      kinds.add(`${partition.container} ${'document' in change ? change.document.kind : change.kind}`);
    await engine.commit(partition, changes);
  });
  const world = openWorld(store);
  const instance = world.start();
  return {
    ...{ world, engine, instance },
    party: (policy = {}, on = instance) => newParty(on, policy),
    async contents(tenantId, containers) {
      const isWanted = (container: Container, kind: string) =>
        containers?.includes(container) ??
        (container !== 'audit' && container !== 'feed' && kind !== 'record');
      const found: Document[] = [];
      for (const name of [...kinds].sort()) {
        const [container, kind = ''] = name.split(' ') as [Container, string];
        if (!isWanted(container, kind)) continue;
        const all = queryAll(engine, { container, tenantId, kind, limit: 100 });
        for await (const { document } of all) found.push(document);
      }
      return found;
    },
    close: () => engine.close(),
  };
}

async function newParty(instance: Instance, policy: object): Promise<Party> {
  const body: Body = { name: 'Contoso', policy: { accounts: { enabled: true }, ...policy } };
  const created = await instance.call('manage-tenants-create', { body });
  const tenant = String(created.id);
  const call: Party['call'] = (name, { params, ...given } = {}) =>
    instance.call(name, { ...given, params: { tenant, ...params } });
  const write = async (type: ResourceType, id: string, attributes: JsonObject) => {
    const { directory } = await instance.accounts(tenant);
    const before = await readResource(directory, type, id);
    const operation = before ? 'modify' : 'create';
    const resource = { ...before?.document.resource, ...attributes };
    await writeResource(directory, type, { id, before, resource, operation });
  };
  return {
    ...{ tenant, call },
    end: () => call('manage-synchronization-end', { query: { confirm: String(created.identifier) } }),
    async user(id, attributes = {}) {
      await write(userType, id, { userName: id, ...mailOf(id), ...attributes });
      await settleAccounts(await instance.accounts(tenant), [id]);
    },
    async remove(type, id) {
      const scope = await instance.accounts(tenant);
      const stored = await readResource(scope.directory, type, id);
      const { graceDays } = scope.policy.deletion;
      if (stored) await deleteFromDirectory(scope.directory, type, { stored, graceDays });
      if (type === userType) await settleAccounts(scope, [id]);
    },
    async group(id, members, resource = {}) {
      const scope = await instance.accounts(tenant);
      const before = await readGroup(scope.directory, groupType, id);
      await writeGroup(scope.directory, {
        ...{ type: groupType, id, before, operation: before ? 'modify' : 'create' },
        resource: before ? undefined : { displayName: id, ...resource },
        members: { add: asMembers(members), remove: new Set() },
      });
      await settleAccounts(scope, members);
    },
    device: (id) => write(deviceType, id, { displayName: id }),
    async unfinished(group) {
      const scope = await instance.accounts(tenant);
      const { directory } = scope;
      const { tenantId, store, now } = directory;
      await store.commit({ container: 'groups', tenantId }, [keepPending(directory, group, 'u-later')]);
      await requestResettling(scope, { inSeconds: 7_200 });
      const later = now() + 7_200_000;
      const state: BulkState = { run: 'r', ids: ['u-bulk'], owner: 'o', leaseUntil: later, due: later };
      await writeBulkRecord(directory, 'print', { state });
      const marked = { ...directory, eventMark: 'r.0' };
      const resource = { userName: 'u-bulk' };
      await writeResource(marked, userType, { id: 'u-bulk', resource, operation: 'create' });
    },
    byHand: async (email, more = {}) =>
      (await call('manage-accounts-create', { body: { attributes: { email }, ...more } as never })).id,
    async accounts() {
      const { accounts } = await listAccounts(await instance.accounts(tenant), { limit: 1_000 });
      return Object.fromEntries(accounts.map((one) => [one.attributes.email ?? one.id, one]));
    },
    status: () => call('manage-tenants-status'),
  };
}
