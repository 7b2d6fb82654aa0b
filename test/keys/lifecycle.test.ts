import { describe, expect, test } from 'vitest';
import { parseKey } from '../../lib/keys/key-format.ts';
import { containers, type Document } from '../../lib/store/document-store.ts';
import { day, openDeployment, startInstance } from './instance.ts';

async function oneTenant(
  keys: { daysMin?: number; daysMax?: number; activeMax?: number; replaces?: boolean } = {},
) {
  const deployment = await openDeployment();
  const instance = startInstance(deployment);
  const tenant = await instance.tenants.create({ name: 'Contoso', policy: { keys } });
  return { ...deployment, ...instance, tenant };
}

describe('issue()', () => {
  test('answers a key that is valid for a year unless told', async () => {
    const { keys, tenant, clock } = await oneTenant();
    const issued = await keys.issue(tenant.id, {});
    expect(issued.key).toContain(`muster_${issued.id}_`);
    expect(issued.expires).toBe(clock.time + 365 * day);
  });

  test.each([
    ['1 day', {}, 1],
    ['730 days', {}, 730],
    ['as many days as the policy allows', { daysMax: 90 }, 90],
  ])('accepts %s', async (_, policy, validDays) => {
    const { keys, tenant, clock } = await oneTenant(policy);
    const { expires } = await keys.issue(tenant.id, { validDays });
    expect(expires).toBe(clock.time + validDays * day);
  });

  test('stays within a policy shorter than a year', async () => {
    const { keys, tenant, clock } = await oneTenant({ daysMax: 90 });
    expect((await keys.issue(tenant.id, {})).expires).toBe(clock.time + 90 * day);
  });

  test.each([
    ['0 days', {}, 0, 730],
    ['731 days', {}, 731, 730],
    ['half a day', {}, 0.5, 730],
    ['no number', {}, Number.NaN, 730],
    ['more days than the policy allows', { daysMax: 90 }, 91, 90],
    ['fewer days than the policy allows', { daysMin: 90 }, 89, 730],
  ])('refuses %s, naming the bounds, and writes nothing', async (_, policy, validDays, max) => {
    const { keys, tenant, written } = await oneTenant(policy);
    await expect(keys.issue(tenant.id, { validDays })).rejects.toMatchObject({
      kind: 'validity',
      message: expect.stringMatching(
        `^validDays is (NaN|[\\d.]+), but it can be \\d+ to ${max} days here, in whole numbers$`,
      ),
    });
    expect(written).toEqual([]);
    expect(await keys.list(tenant.id)).toEqual([]);
  });

  test('voids the keys before it where the policy says so, also when many race', async () => {
    const { keys, tenant, authenticate, ...one } = await oneTenant({ activeMax: 1, replaces: true });
    const first = await keys.issue(tenant.id, {});
    await authenticate(`Bearer ${first.key}`, '/scim/v2');
    await keys.issue(tenant.id, {});
    await expect(authenticate(`Bearer ${first.key}`, '/scim/v2')).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    const others = [startInstance(one), startInstance(one)];
    await Promise.all(Array.from({ length: 20 }, (_, n) => others[n % 2]?.keys.issue(tenant.id, {})));

    const listed = await keys.list(tenant.id);
    expect(listed.filter(({ status }) => status === 'active')).toHaveLength(1);
    expect(listed).toHaveLength(22);
  });

  test('refuses a tenant that does not exist', async () => {
    const { keys } = await oneTenant();
    await expect(keys.issue('absent', {})).rejects.toMatchObject({ kind: 'absent' });
  });

  test('refuses a third active key until one is revoked or has expired', async () => {
    const { keys, tenant, clock, written } = await oneTenant();
    const first = await keys.issue(tenant.id, { validDays: 10 });
    const second = await keys.issue(tenant.id, { validDays: 20 });
    await expect(keys.issue(tenant.id, {})).rejects.toMatchObject({ kind: 'exhausted' });
    expect(written).toEqual([first.id, second.id]);

    await keys.revoke(tenant.id, first.id);
    await keys.issue(tenant.id, { validDays: 30 });
    await expect(keys.issue(tenant.id, {})).rejects.toMatchObject({ kind: 'exhausted' });

    clock.time += 20 * day;
    await keys.issue(tenant.id, {});
  });

  test('20 racing calls on two instances leave exactly as many active keys as the policy allows', async () => {
    const deployment = await openDeployment();
    const [one, two] = [startInstance(deployment), startInstance(deployment)];
    const tenant = await one.tenants.create({ name: 'Contoso', policy: { keys: { activeMax: 3 } } });
    const race = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? one : two).keys.issue(tenant.id, {}),
    );
    const settled = await Promise.allSettled(race);

    const issued = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(issued).toHaveLength(3);
    const listed = await two.keys.list(tenant.id);
    expect(listed.map(({ id }) => id).sort()).toEqual(issued.map(({ id }) => id).sort());
    for (const result of settled) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ kind: 'exhausted' });
    }
    const losers = [...one.written, ...two.written].filter((id) => !issued.some((key) => key.id === id));
    expect(losers.length).toBeGreaterThan(0);
    for (const id of losers) expect(await two.secrets.get(id)).toBe('disabled');
    for (const { key } of issued) {
      expect((await two.authenticate(`Bearer ${key}`, '/scim/v2')).tenant.id).toBe(tenant.id);
    }
  });

  test('keeps the key nowhere', async () => {
    const { keys, tenant, store } = await oneTenant();
    const { id, key } = await keys.issue(tenant.id, { label: 'Entra' });
    const secret = key.split('_')[2] ?? '';
    expect(secret).toHaveLength(43);
    const kinds = ['key', 'secret', 'tenant', 'tenant-ref', 'server-secret'];
    const partitions = [id, tenant.id, '_registry', '_server'];
    const found: Document[] = [];
    for (const container of containers) {
      for (const kind of kinds) {
        for (const tenantId of partitions) {
          const page = await store.query({ container, tenantId, kind, limit: 100 });
          found.push(...page.documents.map(({ document }) => document));
        }
      }
    }
    expect(found.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
    expect(JSON.stringify(found)).not.toContain(secret);
  });
});

describe('list()', () => {
  test('tells label, issuer, status and times of every key, and no secret', async () => {
    const { keys, tenant, clock } = await oneTenant({ activeMax: 3 });
    const created = clock.time;
    const short = await keys.issue(tenant.id, { label: 'Short', validDays: 1 });
    const revoked = await keys.issue(tenant.id, { label: 'Gone', issuer: 'operator' });
    const active = await keys.issue(tenant.id, { label: 'Entra' });
    await keys.revoke(tenant.id, revoked.id);
    clock.time += day;

    expect(await keys.list(tenant.id)).toEqual([
      {
        ...{ id: short.id, kind: 'key', label: 'Short', issuer: '', status: 'expired' },
        created,
        expires: created + day,
      },
      {
        ...{ id: revoked.id, kind: 'key', label: 'Gone', issuer: 'operator', status: 'revoked' },
        ...{ created, expires: created + 365 * day },
      },
      {
        ...{ id: active.id, kind: 'key', label: 'Entra', issuer: '', status: 'active' },
        ...{ created, expires: created + 365 * day },
      },
    ]);
  });

  test('shows the keys of one tenant only', async () => {
    const { keys, tenant, tenants } = await oneTenant();
    const other = await tenants.create({ name: 'Fabrikam' });
    await keys.issue(tenant.id, {});
    expect(await keys.list(other.id)).toEqual([]);
  });
});

describe('revoke()', () => {
  test('may be repeated', async () => {
    const { keys, tenant } = await oneTenant();
    const { id } = await keys.issue(tenant.id, {});
    await keys.revoke(tenant.id, id);
    await keys.revoke(tenant.id, id);
    expect((await keys.list(tenant.id)).map(({ status }) => status)).toEqual(['revoked']);
  });

  test('disables the secret of a key and of that key only', async () => {
    const { keys, tenant, secrets } = await oneTenant();
    const [first, second] = [await keys.issue(tenant.id, {}), await keys.issue(tenant.id, {})];
    await keys.revoke(tenant.id, first.id);
    expect(await secrets.get(first.id)).toBe('disabled');
    expect(await secrets.get(second.id)).toMatchObject({ tags: { tenant: tenant.id } });
  });

  test('is known to verify() on the same instance at once', async () => {
    const { keys, tenant } = await oneTenant();
    const { id, key } = await keys.issue(tenant.id, {});
    const parts = parseKey(key) ?? { keyId: '', secret: '' };
    expect(await keys.verify(parts)).toMatchObject({ outcome: 'verified', credential: { keyId: id } });
    await keys.revoke(tenant.id, id);
    expect(await keys.verify(parts)).toEqual({ outcome: 'revoked', tenantId: tenant.id });
  });

  test("refuses another tenant's key and leaves it working", async () => {
    const { keys, tenant, tenants, authenticate } = await oneTenant();
    const other = await tenants.create({ name: 'Fabrikam' });
    const { id, key } = await keys.issue(tenant.id, {});
    await expect(keys.revoke(other.id, id)).rejects.toMatchObject({ kind: 'absent' });
    expect((await authenticate(`Bearer ${key}`, '/scim/v2')).credential).toBe(id);
  });
});

describe('rotate()', () => {
  test('without overlap puts a key in the place of the only one allowed', async () => {
    const { keys, tenant, authenticate } = await oneTenant({ activeMax: 1 });
    const old = await keys.issue(tenant.id, {});
    const fresh = await keys.rotate(tenant.id, old.id, {});
    await expect(authenticate(`Bearer ${old.key}`, '/scim/v2')).rejects.toThrow();
    expect((await authenticate(`Bearer ${fresh.key}`, '/scim/v2')).credential).toBe(fresh.id);
  });

  test('with overlap lets both work until it ends', async () => {
    const { keys, tenant, authenticate, clock } = await oneTenant();
    const old = await keys.issue(tenant.id, {});
    const fresh = await keys.rotate(tenant.id, old.id, { overlapDays: 7 + 0.3 / day });
    clock.time += 7 * day - 1;
    expect((await authenticate(`Bearer ${old.key}`, '/scim/v2')).credential).toBe(old.id);
    clock.time += 1;
    await expect(authenticate(`Bearer ${old.key}`, '/scim/v2')).rejects.toThrow();
    expect((await authenticate(`Bearer ${fresh.key}`, '/scim/v2')).credential).toBe(fresh.id);
  });

  test('has no overlap where a new key voids the one before it', async () => {
    const { keys, tenant } = await oneTenant({ replaces: true });
    const old = await keys.issue(tenant.id, {});
    await expect(keys.rotate(tenant.id, old.id, { overlapDays: 1 })).rejects.toMatchObject({
      kind: 'validity',
    });
    await keys.rotate(tenant.id, old.id, {});
    expect((await keys.list(tenant.id)).map(({ status }) => status)).toEqual(['revoked', 'active']);
  });

  test('keeps what the key is for, unless told', async () => {
    const { keys, tenant } = await oneTenant({ activeMax: 3 });
    const old = await keys.issue(tenant.id, { label: 'Entra', subject: 'anna' });
    const second = await keys.rotate(tenant.id, old.id, { label: undefined });
    await keys.rotate(tenant.id, second.id, { label: 'Okta' });
    const told = (await keys.list(tenant.id)).map(({ label, subject }) => [label, subject]);
    expect(told).toEqual([
      ['Entra', 'anna'],
      ['Entra', 'anna'],
      ['Okta', 'anna'],
    ]);
  });

  test('leaves the old key alone when the new one is refused', async () => {
    const { keys, tenant, authenticate } = await oneTenant({ activeMax: 2 });
    const old = await keys.issue(tenant.id, {});
    await keys.issue(tenant.id, {});
    await expect(keys.rotate(tenant.id, old.id, { overlapDays: 7 })).rejects.toMatchObject({
      kind: 'exhausted',
    });
    await expect(keys.rotate(tenant.id, old.id, { validDays: 0 })).rejects.toMatchObject({
      kind: 'validity',
    });
    expect((await authenticate(`Bearer ${old.key}`, '/scim/v2')).credential).toBe(old.id);
  });
});
