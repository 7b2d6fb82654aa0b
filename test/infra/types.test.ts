import { describe, expect, test } from 'vitest';
import { typeFaults } from './resource-types.ts';
import { deployed, variants } from './variants.ts';

const folder = process.env.MUSTER_BICEP_TYPES;

describe('every resource, its API version and its properties', () => {
  test.skipIf(!folder).each(Object.entries(variants))(
    'are what Azure publishes, in %s (MUSTER_BICEP_TYPES names the types of github.com/Azure/bicep-types-az)',
    (_, given) => {
      expect(typeFaults(folder ?? '', deployed(given).resources)).toEqual([]);
    },
  );
});
