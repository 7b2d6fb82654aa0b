import fc from 'fast-check';
import { expect, test } from 'vitest';
import { federatedLogin, isSameLogin, loginClaimOf, textLogin } from '../../lib/accounts/login.ts';
import { withoutCase } from '../../lib/scim/schema/search-form.ts';

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'A', '","') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
);
const login = fc.oneof(
  fc.record({ issuer: text, subject: text }).map(federatedLogin),
  fc.tuple(text, fc.constantFrom('userName', 'externalId')).map(([one, by]) => textLogin(one, by)),
);

test('two logins have one claim if they are the same: a subject at an issuer, or a text', () => {
  fc.assert(
    fc.property(login, login, (one, other) => {
      const { federated: a, login: x } = one;
      const { federated: b, login: y } = other;
      const isSame = a && b ? a.issuer === b.issuer && a.subject === b.subject : !a && !b && x === y;
      expect(loginClaimOf(one) === loginClaimOf(other)).toBe(isSame);
      expect(isSameLogin(one, other)).toBe(isSame && one.loginIsExact === other.loginIsExact);
    }),
    { numRuns: 300 },
  );
});

test('letter case counts in an externalId and not in a userName', () => {
  fc.assert(
    fc.property(text, (one) => {
      expect(textLogin(one, 'externalId').login).toBe(one);
      expect(textLogin(one, 'userName')).toEqual(textLogin(withoutCase(one), 'userName'));
    }),
    { numRuns: 100 },
  );
});
