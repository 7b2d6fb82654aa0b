import { expect, test } from 'vitest';
import { registry } from '../../lib/tenants/tenant-documents.ts';
import { openDeployment, startInstance } from '../keys/instance.ts';

const open = async () => {
  const deployment = await openDeployment();
  return { ...deployment, ...startInstance(deployment), other: startInstance(deployment).tenants };
};
const refused = { name: 'IdentifierError', message: expect.stringContaining('belongs to another tenant') };

test.each([
  ['Contoso', 'Contoso'],
  ['Contoso', 'contoso'],
  ['CONTOSO', 'Contoso'],
  ['a', 'A'],
  ['a_1', 'A_1'],
  ['x'.repeat(64), 'X'.repeat(64)],
])('B13: %s cannot be created or renamed to beside %s', async (first, second) => {
  const { tenants, other } = await open();
  await tenants.create({ name: 'One', identifier: first });
  await expect(other.create({ name: 'Two', identifier: second })).rejects.toMatchObject(refused);
  const two = await other.create({ name: 'Two', identifier: 'Two' });
  await expect(tenants.edit(two.id, () => ({ identifier: second, name: 'New' }))).rejects.toMatchObject(
    refused,
  );
  expect(await tenants.retrieveFresh(two.id)).toMatchObject({ identifier: 'Two', name: 'Two' });
});

test.each(['Contoso', 'Contoso Ltd.', '365 Brücke', '漢字', 'x'.repeat(100)])(
  'B13: tenants of the name %j get different identifiers',
  async (name) => {
    const { tenants } = await open();
    const made = await Promise.all(Array.from({ length: 15 }, () => tenants.create({ name })));
    const identifiers = made.map(({ identifier }) => identifier);
    expect(new Set(identifiers).size).toBe(15);
    for (const identifier of identifiers) expect(identifier).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,63}$/);
  },
);

test('B13: of ten that race for an identifier, one gets it', async () => {
  const { tenants, other } = await open();
  const two = await tenants.create({ name: 'Two' });
  const results = await Promise.allSettled([
    ...Array.from({ length: 9 }, (_, n) =>
      (n % 2 ? tenants : other).create({ name: 'T', identifier: 'Same' }),
    ),
    other.edit(two.id, () => ({ identifier: 'same' })),
  ]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('B13: an identifier is free again once its tenant is renamed or deleted', async () => {
  const { tenants, other } = await open();
  const one = await tenants.create({ name: 'One', identifier: 'First' });
  await tenants.edit(one.id, () => ({ identifier: 'Second' }));
  const two = await other.create({ name: 'Two', identifier: 'first' });
  await other.remove(two.id);
  await tenants.edit(one.id, () => ({ identifier: 'FIRST' }));
  await tenants.edit(one.id, () => ({ identifier: 'First' }));
  expect(await other.create({ name: 'Three', identifier: 'Second' })).toMatchObject({ identifier: 'Second' });
});

test('B13: one that a refused or cut off request has claimed is free again', async () => {
  const { tenants, store, clock } = await open();
  const trust = {
    ...{ issuer: 'https://login.microsoftonline.com/t/v2.0', subject: 's', audience: 'a', tenantId: 't' },
    jwksUri: 'https://login.microsoftonline.com/t/keys',
  };
  await tenants.create({ name: 'One', policy: { trusts: [trust] } });
  await expect(
    tenants.create({ name: 'Two', identifier: 'Two', policy: { trusts: [trust] } }),
  ).rejects.toMatchObject({ name: 'TrustError' });
  await tenants.create({ name: 'Two', identifier: 'Two' });

  const claim = { tenantId: registry.tenantId, kind: 'identifier', id: 'identifier:cut', owner: 'none' };
  await store.commit(registry, [{ op: 'create', document: { ...claim, claimed: clock.time } }]);
  await expect(tenants.create({ name: 'Cut', identifier: 'Cut' })).rejects.toMatchObject(refused);
  clock.time += 660_000;
  expect(await tenants.create({ name: 'Cut', identifier: 'Cut' })).toMatchObject({ identifier: 'Cut' });
});

test('B13: tenants of version 0.2.0 keep their identifiers, and nobody else can take one', async () => {
  const { tenants, other, store } = await open();
  const one = await tenants.create({ name: 'One', identifier: 'Old' });
  await store.commit(registry, [
    { op: 'delete', kind: 'identifier', id: 'identifier:old' },
    { op: 'delete', kind: 'identifiers', id: 'identifiers' },
  ]);
  await expect(other.create({ name: 'Two', identifier: 'old' })).rejects.toMatchObject(refused);
  await tenants.edit(one.id, () => ({ name: 'Renamed', identifier: 'OLD' }));
  expect(await tenants.retrieveFresh(one.id)).toMatchObject({ name: 'Renamed', identifier: 'OLD' });
});
