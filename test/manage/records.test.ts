import { afterEach, describe, expect, test } from 'vitest';
import { listAccounts } from '../../lib/accounts/list-accounts.ts';
import { settleAccounts } from '../../lib/accounts/settle.ts';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { writeGroup } from '../../lib/directory/members/groups.ts';
import { keepPending } from '../../lib/directory/members/pending-members.ts';
import { readResource, writeResource } from '../../lib/directory/resources.ts';
import type { DirectoryScope } from '../../lib/directory/scope.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import type { Document } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { breakingStore, intercept } from '../directory/directory.ts';
import { openWorld } from './world.ts';

const minute = 60_000;
const day = 86_400_000;
const trust = {
  issuer: 'https://login.microsoftonline.com/x/v2.0',
  ...{ subject: 's', audience: 'api://muster', tenantId: 'x' },
  jwksUri: 'https://login.microsoftonline.com/x/keys',
};

let close: () => Promise<void>;
afterEach(() => close());

/** A deployment with a tenant, and what its trail shows. */
async function oneTenant(policy: object = {}) {
  const engine = openEmbeddedStore({ path: ':memory:' });
  close = () => engine.close();
  const world = openWorld(engine);
  const instance = world.start();
  const { call, timer } = instance;
  const created = await call('manage-tenants-create', { body: { name: 'Contoso', policy } as never });
  const tenant = String(created.id);
  const edit = (changes: object) =>
    call('manage-tenants-edit', { params: { tenant }, body: { policy: changes } as never });
  const trail = async (name = 'manage-audit-records', query = {}) => {
    const { records } = await call(name, { params: { tenant }, query });
    return records as readonly Document[];
  };
  const told = async () =>
    (await trail()).map(
      ({ operation, resourceType, attributes }) => `${operation} ${resourceType} ${attributes}`,
    );
  return { world, instance, call, timer, tenant, edit, trail, told };
}

describe('D3: the trail of a tenant', () => {
  test('has what operators did, whatever level they set', async () => {
    const { world, call, timer, tenant, edit, told } = await oneTenant();
    const next = () => {
      world.clock.time += 1_000;
    };
    next();
    await call('manage-keys-issue', { params: { tenant }, body: {} });
    next();
    await edit({ audit: { level: 'warning' } });
    next();
    await edit({ trusts: [trust] });
    const expected = ['edit Tenant policy.trusts', 'edit Tenant policy.audit.level', 'issue Key '];
    expect(await told()).toEqual(expected);
    await timer();
    expect(await told()).toEqual(expected);
  });

  test.each([
    ['warning', 'debug', false],
    ['information', 'warning', true],
  ])(
    'has a client’s change by the level %s when it happened, not by %s later',
    async (then, later, isShown) => {
      const { instance, timer, tenant, edit, trail, world } = await oneTenant({ audit: { level: then } });
      const { directory } = await instance.accounts(tenant);
      await writeResource(directory, userType, {
        id: 'u1',
        resource: { userName: 'u' },
        operation: 'create',
      });
      await edit({ audit: { level: later } });
      const ofClient = async () => (await trail()).filter(({ credential }) => credential === 'client');
      expect(await ofClient()).toHaveLength(isShown ? 1 : 0);
      await timer();
      expect(await ofClient()).toHaveLength(isShown ? 1 : 0);
      const query = { container: 'users', tenantId: tenant, kind: 'record', limit: 10 } as const;
      expect((await world.store.query(query)).documents).toHaveLength(isShown ? 1 : 0);
      const { runs } = await instance.call('manage-audit-runs', { params: { tenant } });
      expect(runs).toMatchObject([{ credential: 'client', created: 1 }]);
    },
  );
});

describe('D4: a change and its record', () => {
  test('are one batch, in every operation that operators have on tenants, keys, teams and mails', async () => {
    const { world, call, tenant } = await oneTenant({ accounts: { enabled: true } });
    const { id: team } = await call('manage-teams-create', { params: { tenant }, body: { name: 'Night' } });
    const { id: key } = await call('manage-keys-issue', { params: { tenant }, body: {} });
    const params = { tenant, team: String(team), key: String(key), group: 'g' };
    const before = (await call('manage-audit-records', { params })).records as readonly Document[];
    for (const [name, body] of [
      ['manage-teams-rename', { name: 'Day' }],
      ['manage-mappings-role', { role: 'user' }],
      ['manage-mappings-remove', {}],
      ['manage-keys-revoke', {}],
      ['manage-teams-delete', {}],
    ] as const) {
      const commits: string[][] = [];
      const watching = world.start(intercept(world.store, commit));
      async function commit(...[partition, changes]: Parameters<typeof world.store.commit>): Promise<void> {
        commits.push(changes.map((change) => ('document' in change ? change.document.kind : change.kind)));
        await world.store.commit(partition, changes);
      }
      await watching.call(name, { params, body });
      const recorded = commits.filter((kinds) => kinds.includes('record'));
      expect({ name, recorded: recorded.length > 0 }).toEqual({ name, recorded: true });
      expect(recorded.every((kinds) => kinds.length > 1)).toBe(true);
    }
    const after = (await call('manage-audit-records', { params })).records as readonly Document[];
    expect(after.length - before.length).toBe(5);
  });
});

describe('D5: what a request has left when it was cut off', () => {
  test('is done by the timer: an account gets the licence that another has released', async () => {
    const policy = { accounts: { enabled: true }, licences: { seats: 1 } };
    const { world, instance, timer, tenant } = await oneTenant(policy);
    const scope = await instance.accounts(tenant);
    for (const id of ['u1', 'u2']) {
      await writeResource(scope.directory, userType, { id, resource: { userName: id }, operation: 'create' });
      await settleAccounts(scope, [id]);
    }
    await timer();
    expect((await listAccounts(scope, { hold: 'noLicence' })).accounts).toMatchObject([{ user: 'u2' }]);
    const before = await readResource(scope.directory, userType, 'u1');
    const resource = { userName: 'u1', active: false };
    await writeResource(scope.directory, userType, { id: 'u1', before, resource, operation: 'modify' });
    const { store } = breakingStore(world.store, { at: 2, when: 'before' });
    const broken = { ...scope, directory: { ...scope.directory, store } };
    await expect(settleAccounts(broken, ['u1'])).rejects.toMatchObject({ kind: 'unavailable' });
    world.clock.time += minute;
    await timer();
    expect((await listAccounts(scope, { state: 'active' })).accounts).toMatchObject([{ user: 'u2' }]);
  });

  test('is done by the timer: groups get a user for whom they wait', async () => {
    const { instance, timer, tenant, world } = await oneTenant();
    const { directory } = await instance.accounts(tenant);
    await writeGroupThatAwaitsAnna(directory);
    const resource = { userName: 'anna' };
    await writeResource(directory, userType, { id: 'u1', resource, operation: 'create', isAwaited: true });
    await timer();
    const members = { container: 'groups', tenantId: tenant, kind: 'member', limit: 10 } as const;
    expect((await world.store.query(members)).documents.map(({ document }) => document.user)).toEqual(['u1']);
  });

  test('is done by the timer: nobody waits for a group that is deleted', async () => {
    const { instance, timer, tenant, world } = await oneTenant();
    const { directory } = await instance.accounts(tenant);
    await writeGroupThatAwaitsAnna(directory);
    const stored = await readResource(directory, groupType, 'g1');
    if (!stored) throw new Error('The group is gone');
    const { store } = breakingStore(world.store, { at: 2, when: 'before' });
    const deletion = deleteFromDirectory({ ...directory, store }, groupType, { stored, graceDays: 0 });
    await expect(deletion).rejects.toMatchObject({ kind: 'unavailable' });
    await timer();
    const pending = { container: 'groups', tenantId: tenant, kind: 'pending', limit: 10 } as const;
    expect((await world.store.query(pending)).documents).toEqual([]);
  });
});

describe('the creation and deletion of a tenant', () => {
  test('outlive it in the records of the deployment, for as long as these are kept', async () => {
    const { world, call, timer, tenant, trail } = await oneTenant();
    await call('manage-tenants-delete', { params: { tenant }, query: { confirm: 'Contoso' } });
    const told = async (query = {}) =>
      (await trail('manage-audit-tenants', query)).map(({ operation, resource, credential }) => {
        return { operation, resource, credential };
      });
    const facts = { resource: tenant, credential: 'management' };
    const both = expect.arrayContaining([
      { operation: 'delete', ...facts },
      { operation: 'create', ...facts },
    ]);
    expect(await told()).toEqual(both);
    for (const time of [minute, 13 * minute, 3_640 * day]) {
      world.clock.time += time;
      await timer();
      expect(await told()).toEqual(both);
    }
    expect(await told({ operation: 'delete', limit: '1' })).toEqual([{ operation: 'delete', ...facts }]);
    expect(await told({ resource: 'another' })).toEqual([]);
    world.clock.time += 11 * day;
    await timer();
    expect(await told()).toEqual([]);
  });
});

describe('records of older versions', () => {
  test('are read among the others, and stay where they are', async () => {
    const { world, call, timer, tenant, trail } = await oneTenant();
    const at = (seconds: number) => new Date(world.clock.time + seconds * 1_000).toISOString();
    const moved = (seconds: number): Document => ({
      id: `record:${9_999_999_999_999 - world.clock.time - seconds * 1_000}:old`,
      ...{ tenantId: tenant, kind: 'record', at: at(seconds), operation: 'create', outcome: 'done' },
      ...{ attributes: [], fired: [], credential: 'key', requestId: 'r', run: 'run:1' },
      expires: world.clock.time + day,
    });
    const audit = { container: 'audit', tenantId: tenant } as const;
    for (const seconds of [1, 3])
      await world.store.commit(audit, [{ op: 'create', document: moved(seconds) }]);
    world.clock.time += 2_000;
    await call('manage-keys-issue', { params: { tenant }, body: {} });
    await timer();
    expect((await trail()).map(({ operation }) => operation)).toEqual(['create', 'issue', 'create']);
    expect((await trail('manage-audit-records', { run: 'run:1' })).length).toBe(2);
  });
});

/** Creates the group `g1`, which waits for a user `anna`. */
function writeGroupThatAwaitsAnna(directory: DirectoryScope): Promise<unknown> {
  return writeGroup(directory, {
    ...{ type: groupType, id: 'g1', resource: { displayName: 'G' }, operation: 'create' },
    members: { add: new Map(), remove: new Set() },
    alongside: [keepPending(directory, 'g1', 'anna')],
  });
}
