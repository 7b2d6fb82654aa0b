/** The files of each area that is measured, as globs of Stryker. */
export const areas = {
  filter: ['lib/scim/filter/*.ts', '!lib/scim/filter/matches.ts'],
  patch: ['lib/scim/patch/*.ts'],
  comparison: [
    'lib/scim/attribute-values.ts',
    'lib/scim/canonicalise.ts',
    'lib/scim/filter/matches.ts',
    'lib/scim/json.ts',
    'lib/scim/schema/canonical-form.ts',
    'lib/scim/schema/search-form.ts',
    'lib/scim/sort.ts',
    'lib/scim/validate/distinct-values.ts',
  ],
  validation: [
    'lib/scim/required-paths.ts',
    'lib/scim/validate.ts',
    'lib/scim/validate/*.ts',
    '!lib/scim/validate/distinct-values.ts',
  ],
} as const;

export type Area = keyof typeof areas;
