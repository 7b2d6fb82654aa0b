import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RefusalReason } from '../../lib/auth/refusal.ts';
import { mintKey } from '../../lib/keys/key-format.ts';
import { errorCatalogue, ScimError } from '../../lib/scim/errors.ts';
import { day, openDeployment, settle, startInstance } from '../keys/instance.ts';

const path = '/scim/v2';

async function oneKey() {
  const deployment = await openDeployment();
  const instance = startInstance(deployment);
  const policy = { endpoint: { profile: 'entra' as const } };
  const tenant = await instance.tenants.create({ name: 'Contoso', policy });
  const issued = await instance.keys.issue(tenant.id, {});
  return { deployment, ...deployment, ...instance, tenant, issued, header: `Bearer ${issued.key}` };
}

type World = Awaited<ReturnType<typeof oneKey>>;

describe('authenticate()', () => {
  test('answers tenant, key id and scope', async () => {
    const { authenticate, header, tenant, issued } = await oneKey();
    const principal = await authenticate(header, path);
    expect(principal).toMatchObject({
      tenant: { id: tenant.id },
      credential: issued.id,
      scopes: ['scim'],
    });
  });

  test.each(['bearer', 'BEARER', 'Bearer  '])('takes the scheme "%s"', async (scheme) => {
    const { authenticate, issued } = await oneKey();
    expect((await authenticate(`${scheme} ${issued.key}`, path)).credential).toBe(issued.id);
  });

  const forged = mintKey((count) => Buffer.alloc(count, 9));
  const refusals: [RefusalReason, string, (world: World) => Promise<[string | null, string]>][] = [
    ['missing', 'no header', async () => [null, path]],
    ['missing', 'an empty header', async () => ['', path]],
    ['malformed', 'no scheme', async ({ issued }) => [issued.key, path]],
    ['malformed', 'another scheme', async ({ issued }) => [`Basic ${issued.key}`, path]],
    ['malformed', 'two keys', async ({ header, issued }) => [`${header} ${issued.key}`, path]],
    ['malformed', 'a mistyped key', async ({ header }) => [header.replace(/.$/, '-'), path]],
    ['malformed', '64 KB of blanks', async () => [`Bearer ${' '.repeat(65_536)}`, path]],
    ['unknown', 'a well-formed key of no one', async () => [`Bearer ${forged.text}`, path]],
    [
      'wrongSecret',
      "a known key id with another key's secret",
      async ({ issued }) => [`Bearer ${forgeFor(issued.id)}`, path],
    ],
    [
      'expired',
      'a key at its end',
      async ({ header, clock, issued }) => {
        clock.time = issued.expires;
        return [header, path];
      },
    ],
    [
      'revoked',
      'a revoked key',
      async ({ header, keys, tenant, issued }) => {
        await keys.revoke(tenant.id, issued.id);
        return [header, path];
      },
    ],
    [
      'tenantDisabled',
      'a disabled tenant',
      async ({ header, tenants, tenant }) => {
        await tenants.edit(tenant.id, () => ({ enabled: false }));
        return [header, path];
      },
    ],
    ['wrongPath', 'another endpoint path', async ({ header }) => [header, '/scim']],
  ];
  const hasOwnSentence = ['missing', 'malformed', 'wrongPath'];
  test.each(refusals)('%s: refuses %s and tells the log why', async (reason, _, of) => {
    const world = await oneKey();
    const [header, at] = await of(world);
    const error = await world.authenticate(header, at).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ScimError);
    expect(error).toMatchObject({
      code: 'unauthenticated',
      message: hasOwnSentence.includes(reason)
        ? expect.not.stringMatching(errorCatalogue.unauthenticated.detail)
        : errorCatalogue.unauthenticated.detail,
      headers: {
        'WWW-Authenticate': expect.stringMatching(/^Bearer (error="invalid_token", )?resource_metadata=/),
      },
    });
    expect(world.refusals).toMatchObject([{ reason }]);
    const secret = header?.split('_')[2];
    if (secret) expect(JSON.stringify(world.refusals)).not.toContain(secret);
  });

  test('refuses a key with any one character changed', async () => {
    const { authenticate, issued, refusals: told } = await oneKey();
    const position = fc.nat({ max: issued.key.length - 1 });
    const character = fc.constantFrom(...'abcXYZ0189_-');
    await fc.assert(
      fc.asyncProperty(position, character, async (at, replacement) => {
        fc.pre(issued.key.charAt(at) !== replacement);
        const damaged = issued.key.slice(0, at) + replacement + issued.key.slice(at + 1);
        await expect(authenticate(`Bearer ${damaged}`, path)).rejects.toThrow(ScimError);
      }),
    );
    expect(new Set(told.map(({ reason }) => reason))).toEqual(new Set(['malformed']));
  });

  test('rejects with the failure of the store, not as unauthenticated, when it cannot tell', async () => {
    const { authenticate, header, store } = await oneKey();
    await store.close();
    await expect(authenticate(header, path)).rejects.not.toBeInstanceOf(ScimError);
  });
});

describe('authenticate() on a warm instance', () => {
  test('does no store operation for a minute, and each of them once in it', async () => {
    const { deployment, header, clock } = await oneKey();
    const { authenticate, work } = startInstance(deployment);
    await authenticate(header, path);
    await settle();
    const cold = work.length;

    for (let second = 0; second < 59; second += 1) {
      clock.time += 1_000;
      await authenticate(header, path);
    }
    await settle();
    expect(work.slice(cold)).toEqual([]);

    clock.time += 1_000;
    await authenticate(header, path);
    await settle();
    expect(work.slice(cold)).toEqual(['read', 'read', 'read']);
  });

  test('does none for a malformed key even when cold', async () => {
    const { deployment, header } = await oneKey();
    const { authenticate, work } = startInstance(deployment);
    await expect(authenticate(`${header}x`, path)).rejects.toThrow();
    expect(work).toEqual([]);
  });

  test('asks for an unknown key once in ten seconds', async () => {
    const { authenticate, work, clock } = await oneKey();
    const { text } = mintKey((count) => Buffer.alloc(count, 9));
    const knock = async () => {
      const before = work.length;
      await authenticate(`Bearer ${text}`, path).catch(() => undefined);
      return work.length - before;
    };
    expect(await knock()).toBeGreaterThan(0);
    clock.time += 9_999;
    expect(await knock()).toBe(0);
    clock.time += 1;
    expect(await knock()).toBe(1);
  });

  test('shares the reads of requests that arrive together', async () => {
    const { deployment, header } = await oneKey();
    const { authenticate, work } = startInstance(deployment);
    await Promise.all(Array.from({ length: 50 }, () => authenticate(header, path)));
    expect(work.filter((name) => name === 'read')).toHaveLength(4);
  });

  test('checks expiry against the clock though the key is remembered', async () => {
    const { authenticate, header, clock, issued, work } = await oneKey();
    clock.time = issued.expires - 1;
    await authenticate(header, path);
    await settle();
    const before = work.length;
    clock.time += 1;
    await expect(authenticate(header, path)).rejects.toThrow(ScimError);
    expect(work.length).toBe(before);
  });
});

describe('authenticate() on two instances', () => {
  test('refuses a revoked key at once here and within 60 s there', async () => {
    const { deployment, authenticate, keys, tenant, issued, header, clock } = await oneKey();
    const other = startInstance(deployment);
    await Promise.all([authenticate(header, path), other.authenticate(header, path)]);
    clock.time += 1_000;
    await keys.revoke(tenant.id, issued.id);

    await expect(authenticate(header, path)).rejects.toThrow(ScimError);
    await other.authenticate(header, path);
    clock.time += 59_000;
    await expect(other.authenticate(header, path)).rejects.toThrow(ScimError);
    expect(other.refusals).toMatchObject([{ reason: 'revoked' }]);
  });

  test('refuses a disabled tenant at once here and within 60 s there', async () => {
    const { deployment, authenticate, tenants, tenant, header, clock } = await oneKey();
    const other = startInstance(deployment);
    await Promise.all([authenticate(header, path), other.authenticate(header, path)]);
    await tenants.edit(tenant.id, () => ({ enabled: false }));

    await expect(authenticate(header, path)).rejects.toThrow(ScimError);
    clock.time += 60_000;
    await expect(other.authenticate(header, path)).rejects.toThrow(ScimError);
  });

  test('accepts at once there a key that was issued here', async () => {
    const { deployment, keys, tenant, header } = await oneKey();
    const other = startInstance(deployment);
    await other.authenticate(header, path);
    const second = await keys.issue(tenant.id, {});
    expect((await other.authenticate(`Bearer ${second.key}`, path)).credential).toBe(second.id);
  });

  test('believes the list of the tenant though the secret was not disabled yet', async () => {
    const { authenticate, tenants, tenant, header } = await oneKey();
    await authenticate(header, path);
    await tenants.replaceKeys(tenant.id, ({ keys }) => keys.map((ref) => ({ ...ref, status: 'revoked' })));
    await expect(authenticate(header, path)).rejects.toThrow(ScimError);
  });

  test('refuses within 60 s a key whose secret alone was disabled', async () => {
    const { authenticate, secrets, header, issued, clock, refusals: told } = await oneKey();
    await authenticate(header, path);
    await secrets.disable(issued.id);
    clock.time += 60_000;
    await expect(authenticate(header, path)).rejects.toThrow(ScimError);
    expect(told).toMatchObject([{ reason: 'revoked' }]);
  });

  test("refuses a key at the secret's end though the tenant lists a later one", async () => {
    const { authenticate, tenants, tenant, header, issued, clock } = await oneKey();
    const later = issued.expires + day;
    await tenants.replaceKeys(tenant.id, ({ keys }) => keys.map((ref) => ({ ...ref, expires: later })));
    clock.time = issued.expires - 1;
    await authenticate(header, path);
    clock.time += 1;
    await expect(authenticate(header, path)).rejects.toThrow(ScimError);
  });

  test('believes no key that the tenant never came to list', async () => {
    const { authenticate, tenants, tenant, header } = await oneKey();
    await tenants.replaceKeys(tenant.id, () => []);
    await expect(authenticate(header, path)).rejects.toThrow(ScimError);
  });
});

describe('the last use of a key', () => {
  test('is written at most once in five minutes, whatever the number of requests', async () => {
    const { authenticate, keys, tenant, header, clock, work } = await oneKey();
    const first = clock.time;
    const uses: (number | undefined)[] = [];
    const commits = () => work.filter((name) => name === 'commit').length;
    const before = commits();
    for (let minute = 0; minute < 10; minute += 1) {
      await authenticate(header, path);
      await settle();
      uses.push((await keys.list(tenant.id))[0]?.lastUsed);
      clock.time += 60_000;
    }
    expect(commits() - before).toBe(2);
    expect(uses.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => first));
    expect(uses.slice(5)).toEqual(Array.from({ length: 5 }, () => first + 300_000));
  });

  test('is not written again by an instance that has read it', async () => {
    const { deployment, authenticate, header, clock } = await oneKey();
    await authenticate(header, path);
    await settle();
    const other = startInstance(deployment);
    clock.time += 299_999;
    await other.authenticate(header, path);
    await settle();
    expect(other.work).not.toContain('commit');
  });

  test('neither delays nor fails the request, and its failure goes to the log without the key', async () => {
    const { authenticate, header, clock, store, issued, failures } = await oneKey();
    await authenticate(header, path);
    await settle();
    clock.time += 300_000 - 1;
    await authenticate(header, path);
    clock.time += 1;
    await store.close();
    expect((await authenticate(header, path)).credential).toBe(issued.id);
    await settle();
    expect(failures).toHaveLength(1);
    expect(failures.join()).toContain(issued.id);
    expect(failures.join()).not.toContain(issued.key.split('_')[2]);
  });

  test('is not written for a refused key', async () => {
    const { authenticate, clock, issued, header, work } = await oneKey();
    clock.time = issued.expires + day;
    const before = work.filter((name) => name === 'commit').length;
    await authenticate(header, path).catch(() => undefined);
    await settle();
    expect(work.filter((name) => name === 'commit')).toHaveLength(before);
  });
});

/** A well-formed key with this id and a secret of its own, made by steering the randomness. */
function forgeFor(keyId: string): string {
  const base32 = 'abcdefghijklmnopqrstuvwxyz234567';
  const idBytes = Buffer.from([...keyId].map((character) => base32.indexOf(character)));
  return mintKey((count) => (count === idBytes.length ? idBytes : Buffer.alloc(count, 1))).text;
}
