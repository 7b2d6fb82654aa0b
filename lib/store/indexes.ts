/**
 * Dotted paths with an equality index in every engine. Steps through an array index each element. A resource of any type keeps
 * its normalised attributes under `search`.
 */
export const equalityIndexes: Readonly<Record<string, readonly string[]>> = {
  member: ['group', 'user'],
  key: ['tenant'],
};

/** For every kind that is not listed, which are the kinds of resources. */
export const resourceIndexes: readonly string[] = [
  'search.externalId',
  'search.displayName',
  'search.emails.value',
];
