import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RefusalReason } from '../../lib/auth/refusal.ts';
import { ScimError } from '../../lib/scim/errors.ts';
import { policySchema } from '../../lib/tenants/policy.ts';
import { trustId } from '../../lib/tenants/trust.ts';
import { baseUrl, day, type Instance, openDeployment, settle, startInstance } from '../keys/instance.ts';
import {
  claimsAt,
  entraTenant,
  type Issuer,
  makeKey,
  type SigningKey,
  signClaims,
  startIssuer,
  trustIn,
} from './issuer.ts';

const path = '/scim/v2';
const minute = 60_000;

let issuer: Issuer;
let key: SigningKey;

beforeAll(async () => {
  issuer = await startIssuer();
  key = await makeKey('one');
});
afterAll(() => issuer.stop());
beforeEach(() => {
  issuer.fail(undefined);
  issuer.publish(key);
});

async function oneClient(policy = {}) {
  const deployment = await openDeployment();
  const instance = startInstance(deployment, [issuer.host]);
  const trusts = [trustIn(issuer)];
  const tenant = await instance.tenants.create({ name: 'Contoso', policy: { trusts, ...policy } });
  const client = await instance.keys.issue(tenant.id, { kind: 'client' });
  return { deployment, ...deployment, ...instance, tenant, client };
}

type World = Awaited<ReturnType<typeof oneClient>>;

const ask = ({ grantToken, client }: Pick<World, 'grantToken' | 'client'>, changes = {}) =>
  grantToken({ by: 'secret', clientId: client.id, secret: client.key, isBasic: false, ...changes });

async function assert(
  { grantToken, clock }: Pick<World, 'grantToken' | 'clock'>,
  changes = {},
  request = {},
) {
  const assertion = await signClaims(key, claimsAt(clock.time, changes));
  return grantToken({ by: 'assertion', assertion, ...request });
}

const knock = ({ authenticate }: Pick<Instance, 'authenticate'>, token: string, at = path) =>
  authenticate(`Bearer ${token}`, at);

describe('a token for a client secret', () => {
  test.each([
    [{}, 60],
    [{ tokenMinutes: 5 }, 5],
    [{ tokenMinutes: 360 }, 360],
    [{ tokenMinutes: 43_200 }, 43_200],
    [{ tokenMinutes: 1_051_200, daysDefault: 730 }, 1_051_200],
    [{ tokenDays: 1 }, 60],
    [{ tokenDays: 1, tokenMinutes: 90 }, 90],
    [{ tokenDays: 2 }, 2_880],
    [{ tokenDays: 30, tokenMinutes: 90 }, 43_200],
    [{ tokenDays: 30, tokenMinutes: 60 }, 43_200],
    [{ tokenMinutes: 1_051_200, daysDefault: 1 }, 1_440],
  ])('A19: under %j is good for %i minutes', async (keys, minutes) => {
    const world = await oneClient({ keys });
    const { answer } = await ask(world);
    expect(answer.expires_in).toBe(minutes * 60);
  });

  test.each([4, 0, -1, 1_051_201, 60.5, '60', null])('A19: cannot be good for %j minutes', (tokenMinutes) => {
    expect(policySchema.safeParse({ keys: { tokenMinutes } }).success).toBe(false);
  });

  test('is good at the SCIM endpoint of its tenant for the days that the policy says', async () => {
    const world = await oneClient({ keys: { tokenDays: 30 } });
    const { answer, tenant, credential } = await ask(world);
    expect([tenant, credential]).toEqual([world.tenant.id, world.client.id]);
    expect(answer).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      ...{ token_type: 'Bearer', expires_in: 30 * 86_400, scope: 'scim' },
    });
    expect(await knock(world, answer.access_token)).toMatchObject({
      ...{ tenant: { id: tenant }, credential: world.client.id, scopes: ['scim'] },
    });
    world.clock.time += 30 * day - 1;
    await knock(world, answer.access_token);
    world.clock.time += 1;
    await expect(knock(world, answer.access_token)).rejects.toThrow(ScimError);
    // B5: with the tenant, the refusal is recorded in its audit trail.
    const named = { keyId: world.client.id, tenantId: world.tenant.id };
    expect(world.refusals.at(-1)).toMatchObject({ reason: 'expired', ...named });
  });

  test('says who issued it for what, and names the secret that signed it', async () => {
    const { answer } = await ask(await oneClient());
    const { iss, aud, scope } = decodeJwt(answer.access_token);
    expect([iss, aud, scope]).toEqual([baseUrl, `${baseUrl}${path}`, 'scim']);
    const header = { alg: 'HS256', typ: 'at+jwt', kid: 'token-v1' };
    expect(decodeProtectedHeader(answer.access_token)).toEqual(header);
  });

  test('never outlives the secret, and is not issued for less than a second', async () => {
    const world = await oneClient({ keys: { tokenDays: 30 } });
    world.clock.time += 500;
    const client = await world.keys.issue(world.tenant.id, { kind: 'client' });
    world.clock.time = client.expires - day;
    const { answer } = await ask({ ...world, client });
    expect(answer.expires_in).toBe(86_400);
    world.clock.time = client.expires - 400;
    await expect(ask({ ...world, client })).rejects.toMatchObject({ code: 'invalid_client' });
    world.clock.time = client.expires;
    await expect(knock(world, answer.access_token)).rejects.toThrow(ScimError);
  });

  test('acts for the user for whom the secret was issued, else for none', async () => {
    const world = await oneClient();
    const plain = await ask(world);
    expect((await knock(world, plain.answer.access_token)).subject).toBeUndefined();
    const client = await world.keys.issue(world.tenant.id, { kind: 'client', subject: 'u1' });
    const { answer } = await ask({ ...world, client });
    expect(await knock(world, answer.access_token)).toMatchObject({ credential: client.id, subject: 'u1' });
  });

  const refusals: [RefusalReason, string, (world: World) => Promise<object>][] = [
    ['malformed', 'no secret of ours', async () => ({ secret: 'secret' })],
    ['clientId', 'the client id of another', async () => ({ clientId: 'aaaaaaaaaaaa' })],
    [
      'bearerKey',
      'a bearer key',
      async ({ keys, tenant }) => {
        const { id, key: secret } = await keys.issue(tenant.id, {});
        return { clientId: id, secret };
      },
    ],
    [
      'revoked',
      'a revoked secret',
      async ({ keys, tenant, client }) => {
        await keys.revoke(tenant.id, client.id);
        return {};
      },
    ],
    [
      'expired',
      'an expired secret',
      async ({ clock, client }) => {
        clock.time = client.expires;
        return {};
      },
    ],
    [
      'tenantDisabled',
      'the secret of a disabled tenant',
      async ({ tenants, tenant }) => {
        await tenants.edit(tenant.id, () => ({ enabled: false }));
        return {};
      },
    ],
  ];
  test.each(refusals)('%s: is not issued for %s', async (reason, _, prepare) => {
    const world = await oneClient();
    const error = await ask(world, await prepare(world)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid_client', status: 401, challenge: false });
    expect(world.refusals.at(-1)).toMatchObject({ reason, at: 'token' });
    expect(JSON.stringify(world.refusals)).not.toContain(world.client.key.split('_')[2]);
  });

  test('is refused with a challenge where the secret came by Basic', async () => {
    const asked = ask(await oneClient(), { secret: 'wrong', isBasic: true });
    await expect(asked).rejects.toMatchObject({ code: 'invalid_client', challenge: true });
  });
});

describe('a client secret', () => {
  test('is no bearer key', async () => {
    const world = await oneClient();
    await expect(knock(world, world.client.key)).rejects.toMatchObject({ code: 'unauthenticated' });
    const told = { reason: 'clientSecret', keyId: world.client.id, tenantId: world.tenant.id };
    expect(world.refusals).toEqual([told]);
  });

  test('counts apart from bearer keys and is not voided by one', async () => {
    const world = await oneClient({ keys: { activeMax: 1, replaces: true } });
    const first = await world.keys.issue(world.tenant.id, {});
    await ask(world);
    const second = await world.keys.issue(world.tenant.id, { kind: 'client' });
    expect((await knock(world, first.key)).credential).toBe(first.id);
    await expect(ask(world)).rejects.toMatchObject({ code: 'invalid_client' });
    await ask({ ...world, client: second });
  });

  test('is refused beyond the bound in its own words', async () => {
    const { keys, tenant } = await oneClient({ keys: { activeMax: 1 } });
    await keys.issue(tenant.id, {});
    await expect(keys.issue(tenant.id, { kind: 'client' })).rejects.toThrow(
      'The tenant has 1 active client secret and policy.keys.activeMax is 1: revoke one first',
    );
  });

  test('is rotated by a client secret', async () => {
    const world = await oneClient();
    const fresh = await world.keys.rotate(world.tenant.id, world.client.id, { overlapDays: 7 });
    await ask({ ...world, client: fresh });
    expect((await world.keys.list(world.tenant.id)).map(({ kind }) => kind)).toEqual(['client', 'client']);
  });

  test('counts as used when a token is issued for it, and while that is presented', async () => {
    const world = await oneClient({ keys: { tokenDays: 30 } });
    const lastUsed = async () => (await world.keys.list(world.tenant.id))[0]?.lastUsed;
    const { answer } = await ask(world);
    await expect.poll(lastUsed).toBe(world.clock.time);
    world.clock.time += day;
    await knock(world, answer.access_token);
    await expect.poll(lastUsed).toBe(world.clock.time);
  });
});

describe('a token of our own', () => {
  test('costs a warm instance no store work, and a cold one two secrets, the tenant and a record', async () => {
    const world = await oneClient();
    const { answer } = await ask(world);
    const other = startInstance(world.deployment);
    await knock(other, answer.access_token);
    await settle();
    expect(other.work).toHaveLength(4);
    for (let second = 0; second < 59; second += 1) {
      world.clock.time += 1_000;
      await knock(other, answer.access_token);
    }
    await settle();
    expect(other.work).toHaveLength(4);
    world.clock.time += 1_000;
    await knock(other, answer.access_token);
    expect(other.work).toEqual(Array.from({ length: 7 }, () => 'read'));
  });

  test('is refused at once here and within a minute there when its secret is revoked', async () => {
    const world = await oneClient();
    const other = startInstance(world.deployment);
    const { access_token: token } = (await ask(world)).answer;
    await Promise.all([knock(world, token), knock(other, token)]);
    await world.keys.revoke(world.tenant.id, world.client.id);
    await expect(knock(world, token)).rejects.toThrow(ScimError);
    const told = { reason: 'revoked', keyId: world.client.id, tenantId: world.tenant.id };
    expect(world.refusals.at(-1)).toEqual(told);
    await knock(other, token);
    world.clock.time += minute;
    await expect(knock(other, token)).rejects.toThrow(ScimError);
  });

  test('is refused at once here and within a minute there when its tenant is disabled', async () => {
    const world = await oneClient();
    const other = startInstance(world.deployment);
    const { access_token: token } = (await ask(world)).answer;
    await Promise.all([knock(world, token), knock(other, token)]);
    await world.tenants.edit(world.tenant.id, () => ({ enabled: false }));
    await expect(knock(world, token)).rejects.toThrow(ScimError);
    world.clock.time += minute;
    await expect(knock(other, token)).rejects.toThrow(ScimError);
  });

  test('is accepted at once there though the secret was just issued here', async () => {
    const world = await oneClient();
    const other = startInstance(world.deployment);
    await other.tenants.retrieve(world.tenant.id);
    const client = await world.keys.issue(world.tenant.id, { kind: 'client' });
    const { answer } = await ask({ ...world, client });
    expect((await knock(other, answer.access_token)).credential).toBe(client.id);
  });

  test('asks no store again and again when its secret has left the list', async () => {
    const world = await oneClient();
    const { access_token: token } = (await ask(world)).answer;
    await world.tenants.replaceKeys(world.tenant.id, () => []);
    world.clock.time += 3 * minute;
    await knock(world, token).catch(() => undefined);
    await settle();
    const before = world.work.length;
    for (let count = 0; count < 5; count += 1) await expect(knock(world, token)).rejects.toThrow(ScimError);
    expect(world.work.length).toBe(before);
  });

  test('opens the tenant that it was issued for, at its path alone', async () => {
    const world = await oneClient();
    const other = await world.tenants.create({ name: 'Fabrikam', policy: { endpoint: { path: '/scim' } } });
    const client = await world.keys.issue(other.id, { kind: 'client' });
    const [mine, theirs] = [await ask(world), await ask({ ...world, client })];
    expect((await knock(world, mine.answer.access_token)).tenant.id).toBe(world.tenant.id);
    expect((await knock(world, theirs.answer.access_token, '/scim')).tenant.id).toBe(other.id);
    await expect(knock(world, mine.answer.access_token, '/scim')).rejects.toThrow(ScimError);
    await expect(knock(world, theirs.answer.access_token)).rejects.toThrow(ScimError);
    expect(world.refusals).toMatchObject([
      { reason: 'wrongPath', tenantId: world.tenant.id },
      { reason: 'wrongPath', tenantId: other.id },
    ]);
  });

  test('ends when its tenant moves to another path', async () => {
    const world = await oneClient();
    const { answer } = await ask(world);
    await world.tenants.edit(world.tenant.id, ({ policy }) => ({
      policy: { ...policy, endpoint: { ...policy.endpoint, path: '/scim' } },
    }));
    await expect(knock(world, answer.access_token)).rejects.toThrow(ScimError);
    await expect(knock(world, answer.access_token, '/scim')).rejects.toThrow(ScimError);
  });

  const forgeries: [RefusalReason, string, object, object][] = [
    ['signature', 'a secret of its own', {}, {}],
    ['signature', 'no type', { typ: 'JWT' }, {}],
    ['keyUnknown', 'a key id of its own', { kid: 'token-v2' }, {}],
    ['keyUnknown', 'the id of another server secret', { kid: 'pepper-v1' }, {}],
    ['keyUnknown', 'the name of a property', { kid: '__proto__' }, {}],
  ];
  test.each(forgeries)('%s: is not forged with %s, at no cost', async (reason, _, header, changes) => {
    const world = await oneClient();
    const { answer } = await ask(world);
    const claims = { ...decodeJwt(answer.access_token), ...changes };
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'token-v1', ...header })
      .sign(Buffer.alloc(32, 7));
    await settle();
    const before = world.work.length;
    await expect(knock(world, forged)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(world.work.length).toBe(before);
    expect(world.refusals).toEqual([{ reason }]);
  });

  test('is no assertion', async () => {
    const world = await oneClient();
    const assertion = (await ask(world)).answer.access_token;
    await expect(world.grantToken({ by: 'assertion', assertion })).rejects.toMatchObject({
      code: 'invalid_client',
    });
  });
});

describe('a token for an assertion', () => {
  test('lasts an hour, and no longer than the assertion', async () => {
    const world = await oneClient();
    const { answer, tenant, credential } = await assert(world);
    expect([tenant, credential]).toEqual([world.tenant.id, trustId(trustIn(issuer))]);
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 3_600, scope: 'scim' });
    expect(answer.issued_token_type).toBeUndefined();
    expect(await knock(world, answer.access_token)).toMatchObject({ credential, tenant: { id: tenant } });
    expect((await knock(world, answer.access_token)).subject).toBeUndefined();

    const exp = world.clock.time / 1000 + 600;
    expect((await assert(world, { exp })).answer.expires_in).toBe(600);
  });

  test('ends within a minute of its trust', async () => {
    const world = await oneClient();
    const other = startInstance(world.deployment);
    const { access_token: token } = (await assert(world)).answer;
    await Promise.all([knock(world, token), knock(other, token)]);
    await world.tenants.edit(world.tenant.id, ({ policy }) => ({ policy: { ...policy, trusts: [] } }));
    await expect(knock(world, token)).rejects.toThrow(ScimError);
    expect(world.refusals.at(-1)).toMatchObject({ reason: 'untrusted', trust: trustId(trustIn(issuer)) });
    world.clock.time += minute;
    await expect(knock(other, token)).rejects.toThrow(ScimError);
  });

  test('names the token that was issued in an exchange, for the one place where it is good', async () => {
    const world = await oneClient();
    const exchange = { by: 'exchange', targets: [`${baseUrl}${path}`] };
    const { answer } = await assert(world, {}, exchange);
    expect(answer.issued_token_type).toBe('urn:ietf:params:oauth:token-type:access_token');
    await knock(world, answer.access_token);
    const elsewhere = assert(world, {}, { by: 'exchange', targets: ['https://graph.microsoft.com'] });
    await expect(elsewhere).rejects.toMatchObject({ code: 'invalid_target' });
  });

  test('is issued to who names the tenant, the subject or the application, and to no other', async () => {
    const world = await oneClient();
    const { subject } = trustIn(issuer);
    for (const clientId of [world.tenant.id, subject, 'b5ba7a93-4452-4522-aeb4-a2b5da870c16']) {
      await assert(world, {}, { clientId });
    }
    for (const clientId of [world.client.id, entraTenant, 'x']) {
      await expect(assert(world, {}, { clientId })).rejects.toMatchObject({ code: 'invalid_client' });
      expect(world.refusals.at(-1)).toMatchObject({ reason: 'clientId', at: 'token' });
    }
  });

  test.each([
    ['assertion', 'invalid_client'],
    ['exchange', 'invalid_request'],
  ])('by %s is refused as %s, and the log tells why', async (by, code) => {
    const world = await oneClient();
    const refused = assert(world, { aud: 'b' }, { by, targets: [] });
    await expect(refused).rejects.toMatchObject({ code });
    const told = { reason: 'untrusted', differs: ['audience'], tenantId: world.tenant.id, at: 'token' };
    expect(world.refusals).toMatchObject([told]);
    await expect(world.grantToken({ by: 'assertion', assertion: 'x' })).rejects.toMatchObject({
      code: 'invalid_client',
    });
  });

  test('is left open while the keys of the issuer cannot be had', async () => {
    const world = await oneClient();
    issuer.fail({ status: 500 });
    await expect(assert(world)).rejects.toMatchObject({ code: 'unavailable' });
    expect(world.refusals).toEqual([]);
  });
});
