import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bindAmong, bindFilter } from '../../../lib/scim/filter/bind.ts';
import { matches } from '../../../lib/scim/filter/matches.ts';
import { parseFilter } from '../../../lib/scim/filter/parser.ts';
import { groupType, userType } from '../../../lib/scim/schema/resource-types.ts';
import { toSearchForm } from '../../../lib/scim/schema/search-form.ts';
import { arbitraryFilter } from '../../support/arbitrary-filter.ts';
import { arbitraryBody } from '../../support/arbitrary-resource.ts';
import { failure } from '../../support/failure.ts';

const types = [userType, groupType];
const bind = (text: string, type: (typeof types)[number] = groupType) =>
  bindAmong(parseFilter(text), type, { types });
const displayName = { kind: 'compare', path: ['displayName'], op: 'eq', value: 'x' };

describe('bindAmong()', () => {
  test.each<[string, unknown]>([
    ['userName pr', false],
    ['userName eq "x"', false],
    ['userName ne "x"', true],
    ['userName eq null', true],
    ['emails[type eq "work" and value pr]', false],
    ['name.familyName co "x"', false],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr', false],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName pr', false],
    ['not (userName pr)', true],
    ['userName pr and displayName eq "x"', false],
    ['userName pr or displayName eq "x"', displayName],
    ['not (userName pr) and displayName eq "x"', displayName],
    ['not (displayName eq "x" or userName pr)', { kind: 'not', condition: displayName }],
    [
      'externalId pr and (userName pr or displayName eq "x")',
      { kind: 'and', conditions: [{ kind: 'present', path: ['externalId'] }, displayName] },
    ],
    ['meta.resourceType eq "Group"', true],
    ['meta.resourceType eq "group"', false],
    ['meta.resourceType ne "Group"', false],
    ['meta.resourceType sw "G" and displayName eq "x"', displayName],
    ['meta.resourceType pr', true],
  ])('makes of %s, among users and groups, for a group', (text, expected) => {
    expect(bind(text)).toEqual(expected);
  });

  test.each(['nothing pr', 'userName pr and nothing pr', 'displayName.sub eq "x"'])(
    'throws invalidFilter for %s',
    (text) => {
      expect(failure(() => bind(text))).toMatchObject({ code: 'invalidFilter' });
    },
  );

  test('throws what the type that has the attribute throws', () => {
    expect(failure(() => bind('userName eq 5'))).toMatchObject({
      code: 'invalidFilter',
      detail: expect.stringMatching(/userName/),
    });
    expect(failure(() => bind('password eq "x"'))).toMatchObject({ code: 'invalidFilter' });
  });

  test('agrees with bindFilter() where only one type is asked', () => {
    fc.assert(
      fc.property(
        arbitraryBody(userType).chain((body) =>
          fc.tuple(fc.constant(body), arbitraryFilter(userType, [body])),
        ),
        ([body, filter]) => {
          const form = { ...toSearchForm(body, userType), meta: { resourceType: 'User' } };
          const bound = bindAmong(filter, userType, { types: [userType] });
          const expected = matches(bindFilter(filter, userType), form);
          expect(typeof bound === 'boolean' ? bound : matches(bound, form)).toBe(expected);
        },
      ),
      { numRuns: 100 },
    );
  });
});
