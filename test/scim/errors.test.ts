import { describe, expect, test } from 'vitest';
import { codeOf, type ErrorCode, errorCatalogue, ScimError } from '../../lib/scim/errors.ts';

describe('codeOf()', () => {
  test('tells every code of the catalogue from status and scimType', () => {
    for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
      expect(codeOf(new ScimError(code))).toBe(code);
    }
  });
});
