import { describe, expect, test } from 'vitest';
import { openDeployment, startInstance } from '../keys/instance.ts';

const one = async () => {
  const deployment = await openDeployment();
  return { deployment, ...deployment, ...startInstance(deployment) };
};

describe('create()', () => {
  test('fills in identifier and policy', async () => {
    const { tenants } = await one();
    const { id, ...tenant } = await tenants.create({ name: ' Contoso ' });
    expect(tenant).toEqual({
      ...{ name: 'Contoso', identifier: 'Contoso', description: '', appKeys: [], enabled: true, keys: [] },
      policy: expect.objectContaining({
        endpoint: { path: '/scim/v2', profile: 'generic', groups: true, packs: [] },
        deletion: { graceDays: 30 },
        keys: expect.objectContaining({ daysMax: 730, activeMax: 2 }),
      }),
    });
    expect(await tenants.retrieveFresh(id)).toEqual({ id, ...tenant });
  });

  test('shows at once though its absence was remembered', async () => {
    const { tenants } = await one();
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await tenants.create({ name: 'T' })).id);
    for (const id of ids) expect((await tenants.retrieve(id))?.id).toBe(id);
  });
});

describe('retrieve()', () => {
  test('answers from memory for less than 60 s', async () => {
    const { tenants, clock, work } = await one();
    const { id } = await tenants.create({ name: 'Contoso' });
    await tenants.retrieve(id);
    const before = work.length;
    clock.time += 59_999;
    await tenants.retrieve(id);
    expect(work.length).toBe(before);
    clock.time += 1;
    await tenants.retrieve(id);
    expect(work.slice(before)).toEqual(['read']);
  });

  test.each(['_registry', '', 'ABC', '../x', 'é', 'x'.repeat(65)])(
    'answers nothing for "%s" without asking the store',
    async (id) => {
      const { tenants, work } = await one();
      expect(await tenants.retrieve(id)).toBeUndefined();
      expect(await tenants.edit(id, () => ({ enabled: false }))).toBeUndefined();
      expect(work).toEqual([]);
    },
  );
});

describe('edit()', () => {
  test('shows at once here and after 60 s on another instance', async () => {
    const { deployment, tenants, clock } = await one();
    const other = startInstance(deployment).tenants;
    const { id } = await tenants.create({ name: 'Contoso' });
    await Promise.all([tenants.retrieve(id), other.retrieve(id)]);
    await tenants.edit(id, () => ({ name: 'Fabrikam', description: 'Okta' }));
    expect(await tenants.retrieve(id)).toMatchObject({ name: 'Fabrikam', description: 'Okta' });
    clock.time += 60_000;
    expect(await other.retrieve(id)).toMatchObject({ name: 'Fabrikam', description: 'Okta' });
  });

  test('loses no change of racing writers and keeps the keys', async () => {
    const { deployment, tenants } = await one();
    const other = startInstance(deployment).tenants;
    const { id } = await tenants.create({ name: 'a' });
    const keys = [{ id: 'k', kind: 'key' as const, status: 'active' as const, expires: 1 }];
    const race = Array.from({ length: 8 }, (_, index) =>
      (index % 2 === 0 ? tenants : other).edit(id, ({ name }) => ({ name: `${name}a` })),
    );
    await Promise.all([...race, tenants.replaceKeys(id, () => keys)]);
    expect(await tenants.retrieveFresh(id)).toMatchObject({ name: 'a'.repeat(9), keys });
  });

  test('writes nothing when the change throws or is not valid', async () => {
    const { tenants } = await one();
    const { id } = await tenants.create({ name: 'Contoso' });
    const thrown = tenants.edit(id, () => {
      throw new Error('no');
    });
    await expect(thrown).rejects.toThrow('no');
    await expect(tenants.edit(id, () => ({ name: '' }))).rejects.toThrow();
    expect(await tenants.retrieveFresh(id)).toMatchObject({ name: 'Contoso' });
  });
});

describe('list()', () => {
  test('walks all tenants in pages', async () => {
    const { tenants } = await one();
    const created: string[] = [];
    for (let count = 0; count < 5; count += 1) created.push((await tenants.create({ name: `${count}` })).id);
    const first = await tenants.list({ limit: 3 });
    const second = await tenants.list({ after: first.tenants.at(-1)?.id, limit: 3 });
    expect([first.more, second.more]).toEqual([true, false]);
    expect([...first.tenants, ...second.tenants].map(({ id }) => id)).toEqual(created.sort());
  });
});
