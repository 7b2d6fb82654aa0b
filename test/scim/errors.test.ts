import { describe, expect, test } from 'vitest';
import { type ErrorCode, errorCatalogue, ScimError } from '../../lib/scim/errors.ts';
import { errorBody } from '../../lib/scim/message/error.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

describe('errorBody()', () => {
  test('tells every code of the catalogue apart by status and scimType (RFC 7644 3.12)', () => {
    const kinds = codes.map((code) => {
      const { status, scimType } = errorBody(new ScimError(code));
      return `${status} ${scimType}`;
    });
    expect(new Set(kinds).size).toBe(codes.length);
  });

  test('holds nothing but what RFC 7644 3.12 names', () => {
    expect(errorBody(new ScimError('notFound', { detail: 'Gone', cause: 'secret' }))).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '404',
      detail: 'Gone',
    });
    expect(Object.keys(errorBody(new ScimError('notFound')))).toEqual(['schemas', 'status', 'detail']);
  });
});
