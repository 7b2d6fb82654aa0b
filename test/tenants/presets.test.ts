import { describe, expect, test } from 'vitest';
import { policySchema, tokenMinutesOf } from '../../lib/tenants/policy.ts';
import { presetNames, presets } from '../../lib/tenants/presets.ts';
import { identifierOf, tenantSchema } from '../../lib/tenants/tenant.ts';

describe('every preset', () => {
  test.each(Object.entries(presets))('%s is a policy', (_, preset) => {
    expect(policySchema.parse(preset)).toMatchObject(preset);
  });
});

describe('a policy', () => {
  const issuesOf = (notifications: object) =>
    policySchema
      .safeParse({ notifications })
      .error?.issues.map(({ path, message }) => [path.join('.'), message]);

  test('that sends password links names the page that they lead to', () => {
    expect(issuesOf({ passwordLink: true })).toEqual([
      ['notifications.passwordUrl', expect.stringContaining('because passwordLink is true')],
    ]);
    expect(issuesOf({ passwordLink: true, passwordUrl: 'https://a.example/?t={token}' })).toBeUndefined();
  });

  test.each([
    ['not-an-address', 'must be an address'],
    ['https://a.example/', 'must contain {token}'],
    ['http://a.example/{token}', 'must begin with https://'],
    ['http://localhost:x@a.example/{token}', 'must begin with https://'],
  ])('refuses %s as the page of a link', (activationUrl, message) => {
    expect(issuesOf({ activationUrl })).toEqual(
      expect.arrayContaining([['notifications.activationUrl', expect.stringContaining(message)]]),
    );
  });

  test('may name a page of this machine for development', () => {
    expect(issuesOf({ activationUrl: 'http://localhost:3000/{token}' })).toBeUndefined();
  });
});

describe('identifierOf()', () => {
  test.each([
    ['Contoso', 'Contoso'],
    ['Contoso Ltd., München', 'Contoso_Ltd_Munchen'],
    ['365 Bridge', 'Bridge'],
    ['_ä_', 'a'],
    ['名前', 'tenant'],
    ['x'.repeat(100), 'x'.repeat(64)],
  ])('of %j is %s', (name, identifier) => {
    expect(identifierOf(name)).toBe(identifier);
  });
});

test('A25: a stored strict is read as interop', () => {
  const stored = { id: 'old', name: 'Old', identifier: 'Old', policy: { endpoint: { profile: 'strict' } } };
  const read = tenantSchema.parse(JSON.parse(JSON.stringify(stored)));
  expect(read.policy.endpoint.profile).toBe('interop');
  expect(tenantSchema.parse(JSON.parse(JSON.stringify(read)))).toEqual(read);
});

describe('A19: tokens live for the 60 to 360 minutes that the gallery of Entra ID asks for', () => {
  const minutesOf = (policy: object) => tokenMinutesOf(policySchema.parse(policy).keys);

  test('unless a policy says otherwise', () => {
    expect(minutesOf({})).toBeGreaterThanOrEqual(60);
    expect(minutesOf({})).toBeLessThanOrEqual(360);
  });

  test('with each preset but signinghub, whose guide has 30 days', () => {
    const outside = presetNames.filter((name) => {
      const minutes = minutesOf(presets[name]);
      return minutes < 60 || minutes > 360;
    });
    expect(outside).toEqual(['signinghub']);
  });
});
