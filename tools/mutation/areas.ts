/** The code of each area that is measured and the tests that should notice a change to it, as globs. */
export const areas = {
  filter: {
    code: ['lib/scim/filter/*.ts', '!lib/scim/filter/matches.ts'],
    tests: ['test/scim/filter/*.test.ts'],
  },
  patch: {
    code: ['lib/scim/patch/*.ts', 'lib/scim/message/patch-op.ts'],
    tests: ['test/scim/patch/*.test.ts', 'test/scim/message/patch-op.test.ts'],
  },
  comparison: {
    code: [
      'lib/scim/attribute-values.ts',
      'lib/scim/filter/matches.ts',
      'lib/scim/json.ts',
      'lib/scim/schema/canonical-form.ts',
      'lib/scim/schema/search-form.ts',
      'lib/scim/sort.ts',
    ],
    tests: [
      'test/scim/{attribute-values,json,sort}.test.ts',
      'test/scim/filter/matches.test.ts',
      'test/scim/schema/{canonical-form,canonicalise,search-form}.test.ts',
    ],
  },
  validation: {
    code: ['lib/scim/required-paths.ts', 'lib/scim/validate.ts', 'lib/scim/validate/*.ts'],
    tests: ['test/scim/{required-paths,validate}.test.ts', 'test/scim/validate/*.test.ts'],
  },
} as const;

export type Area = keyof typeof areas;
