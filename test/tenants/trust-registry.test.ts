import { describe, expect, test } from 'vitest';
import { type Change, type DocumentStore, StoreError } from '../../lib/store/document-store.ts';
import type { Trust } from '../../lib/tenants/trust.ts';
import { TrustError } from '../../lib/tenants/trust-registry.ts';
import {
  type Deployment,
  type OperatedTenants,
  openDeployment,
  openTenants,
  startInstance,
} from '../keys/instance.ts';

const minute = 60_000;

const trust = (audience: string, jwksUri = 'https://login.microsoftonline.com/keys'): Trust => ({
  issuer: 'https://login.microsoftonline.com/t/v2.0',
  ...{ subject: 's', audience, tenantId: 't', jwksUri },
});

async function one() {
  const deployment = await openDeployment();
  const instance = startInstance(deployment);
  const create = (name: string, ...trusts: readonly Trust[]) =>
    instance.tenants.create({ name, policy: { trusts } });
  const edit = (id: string, ...trusts: readonly Trust[]) =>
    instance.tenants.edit(id, ({ policy }) => ({ policy: { ...policy, trusts } }));
  const owner = async (audience: string) => (await instance.tenants.trusts.find(trust(audience)))?.owner;
  return { deployment, ...deployment, ...instance, create, edit, owner };
}

describe('a trust', () => {
  test('leads to the tenant that lists it', async () => {
    const { create, edit, owner } = await one();
    const { id } = await create('Contoso', trust('a'), trust('b'));
    await edit(id, trust('b'), trust('c'));
    expect([await owner('a'), await owner('b'), await owner('c')]).toEqual([undefined, id, id]);
  });

  test('of another tenant is refused with its position, and nothing is written', async () => {
    const { create, edit, tenants, owner, work } = await one();
    const contoso = await create('Contoso', trust('a'));
    const fabrikam = await create('Fabrikam', trust('b'));
    const before = work.filter((name) => name === 'commit').length;
    await expect(create('Third', trust('c'), trust('a'))).rejects.toThrow(
      'policy.trusts.1 belongs to another tenant',
    );
    await expect(edit(fabrikam.id, trust('a'), trust('b'))).rejects.toBeInstanceOf(TrustError);
    expect(work.filter((name) => name === 'commit')).toHaveLength(before);
    expect([await owner('a'), await owner('c')]).toEqual([contoso.id, undefined]);
    expect((await tenants.list({ limit: 10 })).tenants).toHaveLength(2);
  });

  test('that a tenant has given up is free at once', async () => {
    const { create, edit, owner } = await one();
    const { id } = await create('Contoso', trust('a'));
    await edit(id);
    const other = await create('Fabrikam', trust('a'));
    expect(await owner('a')).toBe(other.id);
  });

  test('keeps its tenant when only its keys move, at no cost', async () => {
    const { create, edit, work } = await one();
    const { id } = await create('Contoso', trust('a'));
    const before = work.length;
    await edit(id, trust('a', 'https://sts.windows.net/keys'));
    expect(work.slice(before)).toEqual(['read', 'commit']);
  });

  test('for which two tenants race is one tenant’s', async () => {
    const { create, owner } = await one();
    const race = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => create(name, trust('x'))));
    const winners = race.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []));
    expect(winners).toEqual([await owner('x')]);
    for (const result of race)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(TrustError);
  });

  test('stays claimed when it is added again while its removal is under way', async () => {
    const world = await one();
    const { create, edit, owner } = world;
    const { id } = await create('Contoso', trust('a'));
    const slow = hooked(world, async ([change]) => {
      if (change?.op === 'delete') await edit(id, trust('a'));
    });
    await slow.edit(id, ({ policy }) => ({ policy: { ...policy, trusts: [] } }));
    expect((await world.tenants.retrieveFresh(id))?.policy.trusts).toEqual([trust('a')]);
    expect(await owner('a')).toBe(id);
  });

  test('that was taken over while its tenant was long in coming stays with the other', async () => {
    const world = await one();
    const { clock, create, edit, owner } = world;
    const others: string[] = [];
    const slow = hooked(world, async ([change]) => {
      if (change?.op !== 'create' || change.document.kind !== 'tenant') return;
      clock.time += minute;
      others.push((await create('Fabrikam', trust('a'))).id);
    });
    const { id } = await slow.create({ name: 'Contoso', policy: { trusts: [trust('a')] } });
    expect(await owner('a')).toBe(others[0]);
    await edit(id);
    clock.time += minute;
    expect(await owner('a')).toBe(others[0]);
  });

  test('twice in one policy is refused', async () => {
    const { create } = await one();
    const twice = create('Contoso', trust('a'), trust('a', 'https://sts.windows.net/keys'));
    await expect(twice).rejects.toThrow('two trusts must differ');
  });
});

describe('a change of trusts that is cut off', () => {
  /** Tenants whose store fails from the nth commit on. */
  async function cutOff(commits: number) {
    const world = await one();
    let left = commits;
    const failing = hooked(world, async () => {
      left -= 1;
      if (left < 0) throw new StoreError('unavailable');
    });
    return { ...world, failing };
  }

  test('before the tenant is written leaves a claim that others can take over after a minute', async () => {
    const { failing, clock, create, owner } = await cutOff(1);
    const created = failing.create({ name: 'Contoso', policy: { trusts: [trust('a')] } });
    await expect(created).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(create('Fabrikam', trust('a'))).rejects.toBeInstanceOf(TrustError);
    clock.time += minute;
    const { id: other } = await create('Fabrikam', trust('a'));
    expect(await owner('a')).toBe(other);
  });

  test('after the tenant is written has been done, and what it gave up is free after a minute', async () => {
    const { failing, clock, create, tenants, owner } = await cutOff(2);
    const { id } = await create('Contoso', trust('a'));
    await failing.edit(id, ({ policy }) => ({ policy: { ...policy, trusts: [] } }));
    expect((await tenants.retrieveFresh(id))?.policy.trusts).toEqual([]);
    clock.time += minute;
    const { id: other } = await create('Fabrikam', trust('a'));
    expect(await owner('a')).toBe(other);
  });

  test('can be repeated by its own tenant at once', async () => {
    const { failing, create, edit, owner } = await cutOff(1);
    const { id } = await create('Contoso');
    const added = failing.edit(id, ({ policy }) => ({ policy: { ...policy, trusts: [trust('a')] } }));
    await expect(added).rejects.toMatchObject({ kind: 'unavailable' });
    await edit(id, trust('a'));
    expect(await owner('a')).toBe(id);
  });
});

/** Tenants of another instance, with something to do before each of its commits. */
function hooked(
  { store, clock, randomBytes }: Deployment,
  before: (changes: readonly Change[]) => Promise<void>,
): OperatedTenants {
  const hookedStore: DocumentStore = {
    read: (key) => store.read(key),
    readMany: (keys) => store.readMany(keys),
    commit: async (partition, changes) => {
      await before(changes);
      return store.commit(partition, changes);
    },
    query: (query) => store.query(query),
    count: (query) => store.count(query),
    due: (container, kinds, due) => store.due(container, kinds, due),
    follow: (container, start, limit) => store.follow(container, start, limit),
    sweep: (expired) => store.sweep(expired),
    drain: (partition, limit) => store.drain(partition, limit),
    metered: (meter) => store.metered(meter),
    close: () => store.close(),
  };
  const newId = () => randomBytes(8).toString('hex');
  return openTenants({ store: hookedStore, now: () => clock.time, newId });
}
