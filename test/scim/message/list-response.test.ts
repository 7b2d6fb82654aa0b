import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import type { JsonValue } from '../../../lib/scim/json.ts';
import { listResponse, parseCursorPaging, parsePaging } from '../../../lib/scim/message/list-response.ts';
import type { QueryParameters } from '../../../lib/scim/message/search-request.ts';
import { failure } from '../../support/failure.ts';

test('listResponse() holds Resources even when there are none', () => {
  expect(listResponse({ resources: [], totalResults: 0, startIndex: 1, itemsPerPage: 0 })).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 0,
    startIndex: 1,
    itemsPerPage: 0,
    Resources: [],
  });
});

test('listResponse() tells a cursor instead of an index', () => {
  const page = { resources: [], totalResults: 7, itemsPerPage: 0, nextCursor: 'x' };
  expect(listResponse(page)).toMatchObject({ totalResults: 7, nextCursor: 'x' });
  expect(listResponse(page)).not.toHaveProperty('startIndex');
});

describe('parsePaging()', () => {
  const count = limits.pageSizeDefault;

  // RFC 7644 3.4.2.4: "A value less than 1 SHALL be interpreted as 1."
  // RFC 7644 3.4.2.4: "A negative value SHALL be interpreted as "0"."
  test.each<[QueryParameters, { startIndex: number; count: number }]>([
    [{}, { startIndex: 1, count }],
    [
      { startIndex: null, count: null },
      { startIndex: 1, count },
    ],
    [
      { startIndex: '0', count: '-1' },
      { startIndex: 1, count: 0 },
    ],
    [
      { startIndex: '-7', count: '0' },
      { startIndex: 1, count: 0 },
    ],
    [
      { startIndex: '11', count: ' 10 ' },
      { startIndex: 11, count: 10 },
    ],
    [
      { startIndex: 11, count: 10 },
      { startIndex: 11, count: 10 },
    ],
    [{ count: String(limits.pageSizeMax + 1) }, { startIndex: 1, count: limits.pageSizeMax }],
    [{ startIndex: '99999999999999999999' }, { startIndex: limits.startIndexMax, count }],
  ])('reads %j', (parameters, expected) => {
    expect(parsePaging(parameters)).toEqual(expected);
  });

  test.each<JsonValue>(['', 'x', '1.5', '1e3', '0x10', 'NaN', 1.5, true, {}, [], ['1'], '9'.repeat(400)])(
    'throws invalidValue for %j',
    (value) => {
      for (const name of ['startIndex', 'count']) {
        expect(failure(() => parsePaging({ [name]: value }))).toEqual({
          code: 'invalidValue',
          detail: `The parameter ${name} must be a whole number`,
        });
      }
    },
  );

  test('stays in its bounds for every number', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (startIndex, wanted) => {
        const paging = parsePaging({ startIndex: String(startIndex), count: wanted });
        expect(paging.startIndex).toBe(Math.min(limits.startIndexMax, Math.max(1, startIndex)));
        expect(paging.count).toBe(Math.min(limits.pageSizeMax, Math.max(0, wanted)));
      }),
    );
  });
});

describe('parseCursorPaging()', () => {
  // RFC 9865 2: "A negative value SHALL be interpreted as "0"."
  test.each<[QueryParameters, { cursor: string; count: number } | undefined]>([
    [{}, undefined],
    [{ startIndex: 5, count: 10 }, undefined],
    [{ cursor: '' }, { cursor: '', count: limits.pageSizeDefault }],
    [
      { cursor: 'x', count: '10' },
      { cursor: 'x', count: 10 },
    ],
    [
      { cursor: 'x', count: -1, startIndex: null },
      { cursor: 'x', count: 0 },
    ],
    [
      { cursor: '', count: limits.pageSizeMax + 1 },
      { cursor: '', count: limits.pageSizeMax },
    ],
  ])('reads %j', (parameters, expected) => {
    expect(parseCursorPaging(parameters)).toEqual(expected);
  });

  test('throws invalidValue beside startIndex and invalidCount for a count that is no number', () => {
    expect(failure(() => parseCursorPaging({ cursor: '', startIndex: 1 }))).toMatchObject({
      code: 'invalidValue',
    });
    expect(failure(() => parseCursorPaging({ cursor: '', count: 'x' }))).toEqual({
      code: 'invalidCount',
      detail: 'The parameter count must be a whole number',
    });
  });
});
