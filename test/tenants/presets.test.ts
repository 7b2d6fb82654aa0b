import { describe, expect, test } from 'vitest';
import { policySchema } from '../../lib/tenants/policy.ts';
import { presets } from '../../lib/tenants/presets.ts';
import { identifierOf } from '../../lib/tenants/tenant.ts';

describe('every preset', () => {
  test.each(Object.entries(presets))('%s is a policy', (_, preset) => {
    expect(policySchema.parse(preset)).toMatchObject(preset);
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
