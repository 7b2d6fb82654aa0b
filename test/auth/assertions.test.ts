import { createHmac, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { type JWTPayload, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RefusalReason } from '../../lib/auth/refusal.ts';
import { ScimError } from '../../lib/scim/errors.ts';
import { trustId } from '../../lib/tenants/trust.ts';
import { type Instance, openDeployment, settle, startInstance } from '../keys/instance.ts';
import {
  claimsAt,
  type Failure,
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
let rsa: SigningKey;
let elliptic: SigningKey;
let stranger: SigningKey;

beforeAll(async () => {
  issuer = await startIssuer();
  [rsa, elliptic, stranger] = [await makeKey('one'), await makeKey('two', 'ES256'), await makeKey('one')];
});
afterAll(() => issuer.stop());
beforeEach(() => {
  issuer.fail(undefined);
  issuer.publish(rsa, elliptic);
});

async function oneTrust() {
  const deployment = await openDeployment();
  const instance = startInstance(deployment, [issuer.host]);
  const trust = trustIn(issuer);
  const tenant = await instance.tenants.create({ name: 'Contoso', policy: { trusts: [trust] } });
  const { clock } = deployment;
  const token = (changes?: object, key = rsa) => signClaims(key, claimsAt(clock.time, changes));
  return { deployment, ...deployment, ...instance, trust, tenant, token };
}

type World = Awaited<ReturnType<typeof oneTrust>>;

const knock = ({ authenticate }: Pick<Instance, 'authenticate'>, token: string) =>
  authenticate(`Bearer ${token}`, path);

/** What a token is refused with, as the client and as the log sees it. */
async function refusal(world: World, token: string) {
  const error = await knock(world, token).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ScimError);
  expect(error).toMatchObject({
    code: 'unauthenticated',
    headers: {
      'WWW-Authenticate': expect.stringMatching(/^Bearer error="invalid_token", resource_metadata=/),
    },
  });
  const told = world.refusals.at(-1);
  for (const part of token.split('.')) if (part) expect(JSON.stringify(told)).not.toContain(part);
  return told;
}

describe('a token of another issuer', () => {
  test.each(['RS256', 'ES256'])('signed by %s opens the tenant whose trust it fits', async (algorithm) => {
    const world = await oneTrust();
    const token = await world.token({}, algorithm === 'RS256' ? rsa : elliptic);
    expect(await knock(world, token)).toEqual({
      tenant: await world.tenants.retrieve(world.tenant.id),
      credential: trustId(world.trust),
      scopes: ['scim'],
    });
  });

  test('may name its one audience in a list', async () => {
    const world = await oneTrust();
    const token = await world.token({ aud: [world.trust.audience] });
    expect((await knock(world, token)).tenant.id).toBe(world.tenant.id);
  });

  test('opens no other path and no disabled tenant', async () => {
    const world = await oneTrust();
    const token = await world.token();
    await expect(world.authenticate(`Bearer ${token}`, '/scim')).rejects.toThrow(ScimError);
    expect(world.refusals.at(-1)).toMatchObject({ reason: 'wrongPath', trust: trustId(world.trust) });
    await world.tenants.edit(world.tenant.id, () => ({ enabled: false }));
    expect(await refusal(world, token)).toMatchObject({ reason: 'tenantDisabled' });
  });

  test('needs the word Bearer', async () => {
    const world = await oneTrust();
    const token = await world.token();
    await expect(world.authenticate(token, path)).rejects.toThrow(ScimError);
    expect(world.refusals).toEqual([{ reason: 'malformed' }]);
  });

  const differing: [string, object, string[]][] = [
    ['another issuer', { iss: 'https://sts.windows.net/ce5f061f-abe6-4e40-9615-301f87bcb7f0/' }, ['issuer']],
    ['the issuer in other letters', { iss: trustIn({ jwksUri: '' }).issuer.toUpperCase() }, ['issuer']],
    ['another subject', { sub: 'another' }, ['subject']],
    ['an audience that begins alike', { aud: `${trustIn({ jwksUri: '' }).audience}/.default` }, ['audience']],
    ['another Entra tenant', { tid: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621' }, ['tenantId']],
    ['another version', { iss: 'https://a', aud: 'b' }, ['issuer', 'audience']],
  ];
  test.each(differing)('of %s is refused and the log tells what differs', async (_, changes, differs) => {
    const world = await oneTrust();
    const isNear = !differs.includes('tenantId');
    expect(await refusal(world, await world.token(changes))).toEqual({
      reason: 'untrusted',
      differs,
      ...(isNear && { trust: trustId(world.trust), tenantId: world.tenant.id }),
    });
  });

  const ahead = (seconds: number, world: World) => Math.floor(world.clock.time / 1000) + seconds;
  const refusals: [RefusalReason, string, (world: World) => Promise<string>][] = [
    ['expired', 'that ends now', (world) => world.token({ exp: ahead(0, world) })],
    ['notYetValid', 'that begins in 61 s', (world) => world.token({ nbf: ahead(61, world) })],
    ['notYetValid', 'that is issued in 61 s', (world) => world.token({ iat: ahead(61, world) })],
    ['tooLong', 'that ends in 28 hours and 1 s', (world) => world.token({ exp: ahead(100_801, world) })],
    ['malformed', 'without an end', (world) => world.token({ exp: undefined })],
    ['malformed', 'whose end is a text', (world) => world.token({ exp: '9999999999' })],
    ['malformed', 'without an Entra tenant', (world) => world.token({ tid: undefined })],
    ['malformed', 'for two audiences', (world) => world.token({ aud: [world.trust.audience, 'b'] })],
    [
      'malformed',
      'that names no key',
      (world) => signClaims(rsa, claimsAt(world.clock.time), { kid: undefined }),
    ],
    ['malformed', 'over 8 KB', (world) => world.token({ padding: 'x'.repeat(8_192) })],
    ['malformed', 'of two parts', async (world) => (await world.token()).replace(/\.[^.]*$/, '')],
    ['signature', 'signed by a stranger under the same key id', (world) => world.token({}, stranger)],
    [
      'keyUnknown',
      'signed by a key that is not published',
      async (world) => signClaims(rsa, claimsAt(world.clock.time), { kid: 'three' }),
    ],
    [
      'keyUnknown',
      'whose key is of another kind than its algorithm',
      async (world) => signClaims(elliptic, claimsAt(world.clock.time), { kid: 'one' }),
    ],
    [
      'malformed',
      'without a signature',
      async (world) => new UnsecuredJWT(claimsAt(world.clock.time)).encode(),
    ],
    [
      'algorithm',
      'without a signature, though it names a key',
      async (world) => `${encode({ alg: 'none', kid: 'one' })}.${encode(claimsAt(world.clock.time))}.`,
    ],
    [
      'algorithm',
      'signed with the public key as a shared secret',
      async (world) => confuse(claimsAt(world.clock.time)),
    ],
    [
      'algorithm',
      'signed by RS512',
      async (world) => {
        const key = await makeKey('five', 'RS512');
        issuer.publish(key);
        return world.token({}, key);
      },
    ],
  ];
  test.each(refusals)('%s: %s is refused', async (reason, _, make) => {
    const world = await oneTrust();
    expect(await refusal(world, await make(world))).toMatchObject({ reason });
  });

  test('with other content under the same signature is refused', async () => {
    const world = await oneTrust();
    const [head, , signature] = (await world.token()).split('.');
    const forged = [head, encode(claimsAt(world.clock.time, { jti: 'forged' })), signature].join('.');
    expect(await refusal(world, forged)).toMatchObject({ reason: 'signature', tenantId: world.tenant.id });
  });

  test('with any one character changed is refused', async () => {
    const world = await oneTrust();
    const token = await world.token({}, elliptic);
    await knock(world, token);
    // The last character of a part may have bits that do not count.
    const ends = [...token.matchAll(/.(?=\.|$)/g)].map(({ index }) => index);
    const position = fc.nat({ max: token.length - 1 }).filter((at) => !ends.includes(at));
    await fc.assert(
      fc.asyncProperty(position, fc.constantFrom(...'aZ09-_.'), async (at, replacement) => {
        fc.pre(token.charAt(at) !== replacement);
        await expect(knock(world, token.slice(0, at) + replacement + token.slice(at + 1))).rejects.toThrow();
      }),
    );
  });

  test('whose clock is a minute ahead is accepted', async () => {
    const world = await oneTrust();
    const later = ahead(60, world);
    expect((await knock(world, await world.token({ nbf: later, iat: later }))).tenant.id).toBe(
      world.tenant.id,
    );
  });
});

describe('a token of another issuer on a warm instance', () => {
  test('costs no store work and no question to the issuer, until it ends', async () => {
    const world = await oneTrust();
    const { deployment, clock } = world;
    const { authenticate, work } = startInstance(deployment, [issuer.host]);
    const token = await world.token();
    await knock({ authenticate }, token);
    const [cold, asked] = [work.length, issuer.asked()];
    for (let second = 0; second < 59; second += 1) {
      clock.time += 1_000;
      await knock({ authenticate }, token);
    }
    await settle();
    expect([work.slice(cold), issuer.asked()]).toEqual([[], asked]);

    clock.time += 3_841_000;
    await expect(knock({ authenticate }, token)).rejects.toThrow(ScimError);
  });

  test('costs no store work even when cold, if it is malformed, has ended or is signed otherwise', async () => {
    const { deployment, token, clock } = await oneTrust();
    const { authenticate, work } = startInstance(deployment, [issuer.host]);
    const ended = await token({ exp: Math.floor(clock.time / 1000) });
    for (const one of [`${await token()}.x`, ended, confuse(claimsAt(clock.time))]) {
      await expect(knock({ authenticate }, one)).rejects.toThrow(ScimError);
    }
    expect(work).toEqual([]);
  });

  test('costs two questions in ten seconds while it is untrusted', async () => {
    const world = await oneTrust();
    const token = await world.token({ aud: 'b' });
    const cost = async () => {
      const before = world.work.length;
      await knock(world, token).catch(() => undefined);
      return world.work.slice(before);
    };
    expect(await cost()).toEqual(['read', 'query']);
    world.clock.time += 9_999;
    expect(await cost()).toEqual([]);
    world.clock.time += 1;
    expect(await cost()).toEqual(['read']);
  });

  test('is refused at once here and within a minute there when its trust is removed', async () => {
    const world = await oneTrust();
    const other = startInstance(world.deployment, [issuer.host]);
    const token = await world.token();
    await Promise.all([knock(world, token), knock(other, token)]);
    const { id } = world.tenant;
    await world.tenants.edit(id, ({ policy }) => ({ policy: { ...policy, trusts: [] } }));
    expect(await refusal(world, token)).toMatchObject({ reason: 'untrusted' });
    world.clock.time += minute;
    await expect(knock(other, token)).rejects.toThrow(ScimError);
  });

  test('is accepted at once there when its trust is added here', async () => {
    const { deployment, tenants, clock } = await oneTrust();
    const other = startInstance(deployment, [issuer.host]);
    const { id } = await tenants.create({ name: 'Fabrikam' });
    await other.tenants.retrieve(id);
    await tenants.edit(id, ({ policy }) => ({
      policy: { ...policy, trusts: [trustIn(issuer, { audience: 'new' })] },
    }));
    const token = await signClaims(rsa, claimsAt(clock.time, { aud: 'new' }));
    expect((await knock(other, token)).tenant.id).toBe(id);
  });

  test('is verified again when its trust names other keys', async () => {
    const world = await oneTrust();
    const token = await world.token();
    await knock(world, token);
    const trusts = [{ ...world.trust, jwksUri: `http://${issuer.host}/other-keys` }];
    await world.tenants.edit(world.tenant.id, ({ policy }) => ({ policy: { ...policy, trusts } }));
    issuer.publish(stranger);
    expect(await refusal(world, token)).toMatchObject({ reason: 'signature' });
  });
});

describe('the keys of another issuer', () => {
  test.each([
    ['another host', (uri: string) => uri.replace('127.0.0.1', 'localhost')],
    ['another port', (uri: string) => uri.replace(/:\d+/, ':1')],
    ['a host that only begins alike', (uri: string) => uri.replace('127.0.0.1', '127.0.0.1.example.com')],
    ['a name before the host', (uri: string) => uri.replace('http://', 'http://login.microsoftonline.com@')],
  ])('are not fetched from %s', async (_, change) => {
    const { clock, tenants, ...world } = await oneTrust();
    const before = issuer.asked();
    const trusts = [trustIn({ jwksUri: change(issuer.jwksUri) }, { audience: 'other' })];
    await tenants.create({ name: 'Fabrikam', policy: { trusts } });
    const token = await signClaims(rsa, claimsAt(clock.time, { aud: 'other' }));
    await expect(knock(world, token)).rejects.toThrow(ScimError);
    expect(world.refusals.at(-1)).toMatchObject({ reason: 'keyHost' });
    expect(issuer.asked()).toBe(before);
  });

  test('are found at once after a rotation, and asked for once in 30 s whatever tokens name', async () => {
    const world = await oneTrust();
    await knock(world, await world.token());
    const fresh = await makeKey('fresh');
    issuer.publish(fresh, rsa);
    world.clock.time += 30_000;
    const before = issuer.asked();
    expect((await knock(world, await world.token({}, fresh))).tenant.id).toBe(world.tenant.id);
    for (let count = 0; count < 20; count += 1) {
      const token = await signClaims(rsa, claimsAt(world.clock.time), { kid: `guess-${count}` });
      expect(await refusal(world, token)).toMatchObject({ reason: 'keyUnknown' });
    }
    expect(issuer.asked() - before).toBe(1);
  });

  test('are asked for once by all who need them at once', async () => {
    const world = await oneTrust();
    const before = issuer.asked();
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, jti) => world.token({ jti: `${jti}` })));
    await Promise.all(tokens.map((token) => knock(world, token)));
    expect(issuer.asked() - before).toBe(1);
  });

  test('count no more ten minutes after they were withdrawn', async () => {
    const world = await oneTrust();
    await knock(world, await world.token());
    issuer.publish(elliptic);
    world.clock.time += 10 * minute - 1;
    const seen = await world.token({ jti: 'a' });
    await knock(world, seen);
    world.clock.time += 1;
    expect(await refusal(world, await world.token({ jti: 'b' }))).toMatchObject({ reason: 'keyUnknown' });
    world.clock.time += minute - 1;
    expect(await refusal(world, seen)).toMatchObject({ reason: 'keyUnknown' });
  });

  const failures: [string, Failure][] = [
    ['an error', { status: 500 }],
    ['a redirect', { status: 302, headers: { location: '/keys' } }],
    ['no JSON', { status: 200, body: '<html>' }],
    ['no key set', { status: 200, body: '{"keys":"none"}' }],
    ['300 KB', { status: 200, body: `{"keys":[],"x":"${'x'.repeat(300_000)}"}` }],
  ];
  test.each(failures)('are believed for a day while their address answers with %s', async (_, failure) => {
    const world = await oneTrust();
    await knock(world, await world.token());
    issuer.fail(failure);
    world.clock.time += 24 * 60 * minute - 1;
    await knock(world, await world.token());
    expect(world.failures.at(-1)).toContain(issuer.jwksUri);

    world.clock.time += 1;
    const error = await knock(world, await world.token({ jti: 'late' })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unavailable', headers: { 'Retry-After': '30' } });
  });

  test('that cannot be had let no one in, and are asked for once in 30 s', async () => {
    const world = await oneTrust();
    issuer.fail({ status: 503 });
    const before = issuer.asked();
    for (let count = 0; count < 5; count += 1) {
      const token = await world.token({ jti: `${count}` });
      await expect(knock(world, token)).rejects.toMatchObject({ code: 'unavailable' });
    }
    expect(issuer.asked() - before).toBe(1);

    issuer.fail(undefined);
    world.clock.time += 30_000;
    expect((await knock(world, await world.token())).tenant.id).toBe(world.tenant.id);
  });

  test('are waited for no longer than 5 s', async () => {
    const world = await oneTrust();
    issuer.fail('silence');
    const started = Date.now();
    await expect(knock(world, await world.token())).rejects.toMatchObject({ code: 'unavailable' });
    expect(Date.now() - started).toBeLessThan(7_000);
  });

  test('leave it open during an outage whether a key is a new one', async () => {
    const world = await oneTrust();
    await knock(world, await world.token());
    issuer.fail({ status: 503 });
    world.clock.time += 30_000;
    const token = await world.token({}, await makeKey('fresh'));
    await expect(knock(world, token)).rejects.toMatchObject({ code: 'unavailable' });
    await knock(world, await world.token());
  });
});

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A token whose shared secret is the text of the published key. */
function confuse(claims: JWTPayload): string {
  const pem = createPublicKey({ key: rsa.published, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const signed = `${encode({ alg: 'HS256', kid: 'one' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
}
