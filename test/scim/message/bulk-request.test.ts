import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../lib/scim/json.ts';
import { bulkRequestUrn, parseBulkRequest } from '../../../lib/scim/message/bulk-request.ts';
import { failure } from '../../support/failure.ts';

const request = (...operations: readonly JsonValue[]): JsonValue => ({
  schemas: [bulkRequestUrn],
  Operations: operations,
});
const creation = { method: 'POST', path: '/Users', bulkId: 'a', data: { userName: 'ada' } };

describe('parseBulkRequest()', () => {
  test('reads an operation, its path segment by segment', () => {
    const change = { method: 'patch', path: '/Users/1', version: 'W/"2"', data: {}, bulkId: null };
    expect(
      parseBulkRequest(request(creation, change, { method: 'DELETE', path: '/Users/bulkId:a' })),
    ).toEqual({
      operations: [
        { method: 'POST', path: ['Users'], bulkId: 'a', data: { userName: 'ada' } },
        { method: 'PATCH', path: ['Users', '1'], version: 'W/"2"', data: {} },
        { method: 'DELETE', path: ['Users', 'bulkId:a'], data: null },
      ],
    });
  });

  test('keeps the fault of one operation with what can still be named', () => {
    const { operations } = parseBulkRequest(
      request({ ...creation, data: null }, { Method: 'GET', bulkId: 'b' }, {}),
    );
    expect(operations).toEqual([
      { method: 'POST', bulkId: 'a', fault: expect.objectContaining({ code: 'invalidSyntax' }) },
      { method: 'GET', bulkId: 'b', fault: expect.objectContaining({ code: 'invalidSyntax' }) },
      { fault: expect.objectContaining({ code: 'invalidSyntax' }) },
    ]);
  });

  test('names both operations of one bulkId', () => {
    const act = () => parseBulkRequest(request(creation, { ...creation, bulkId: 'b' }, creation));
    expect(failure(act)).toEqual({
      code: 'invalidSyntax',
      detail: 'Operation 3 has the bulkId of operation 1: send another bulkId',
    });
  });

  test('lets operations other than POST repeat a bulkId', () => {
    const change = { method: 'DELETE', path: '/Users/1', bulkId: 'a' };
    expect(parseBulkRequest(request(creation, change, change)).operations).toHaveLength(3);
  });

  test('accepts 1,000 operations and refuses one more, naming maxOperations', () => {
    const many = (size: number) =>
      request(...Array.from({ length: size }, () => ({ method: 'DELETE', path: '/Users/1' })));
    expect(parseBulkRequest(many(1_000)).operations).toHaveLength(1_000);
    expect(failure(() => parseBulkRequest(many(1_001)))).toEqual({
      code: 'payloadTooLarge',
      detail: 'A bulk request with 1001 operations exceeds maxOperations (1000): split it',
    });
  });

  test.each([[1], [1_000_000]])('reads failOnErrors %d', (failOnErrors) => {
    const body = { ...(request(creation) as object), failOnErrors };
    expect(parseBulkRequest(body)).toMatchObject({ failOnErrors });
  });

  test.each([0, -1, 1.5, '1', true, [1]])('refuses failOnErrors %o', (failOnErrors) => {
    const body = { ...(request(creation) as object), failOnErrors };
    expect(failure(() => parseBulkRequest(body))).toMatchObject({ code: 'invalidSyntax' });
  });
});
