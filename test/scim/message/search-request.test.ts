import { describe, expect, test } from 'vitest';
import { parseSearchRequest } from '../../../lib/scim/message/search-request.ts';
import { failure } from '../../support/failure.ts';

const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];

describe('parseSearchRequest()', () => {
  test('reads the example of RFC 7644 3.4.3', () => {
    const body = {
      schemas,
      attributes: ['displayName', 'userName'],
      filter: 'displayName sw "smith"',
      startIndex: 1,
      count: 10,
    };
    const { schemas: _, ...parameters } = body;

    expect(parseSearchRequest(body)).toEqual(parameters);
  });

  test('reads members in any case, takes null for absent and ignores what it does not define', () => {
    const body = {
      Schemas: [schemas[0]?.toUpperCase() ?? ''],
      SORTBY: 'userName',
      sortorder: 'descending',
      Cursor: '',
      filter: null,
      excludedAttributes: 'name',
      more: {},
    };

    expect(parseSearchRequest(body)).toEqual({
      sortBy: 'userName',
      sortOrder: 'descending',
      cursor: '',
      excludedAttributes: 'name',
    });
  });

  test.each([
    [null, 'invalidSyntax'],
    ['text', 'invalidSyntax'],
    [{}, 'invalidSyntax'],
    [{ schemas: [] }, 'invalidSyntax'],
    [{ schemas: schemas[0] ?? '' }, 'invalidSyntax'],
    [{ schemas, cursor: 1 }, 'invalidValue'],
    [{ schemas, sortBy: ['userName'] }, 'invalidValue'],
    [{ schemas, sortOrder: true }, 'invalidValue'],
    [{ schemas, filter: {} }, 'invalidValue'],
    [{ schemas, filter: 'a pr', Filter: 'b pr' }, 'invalidSyntax'],
  ])('throws for %j %s', (body, code) => {
    expect(failure(() => parseSearchRequest(body))).toMatchObject({ code });
  });
});
