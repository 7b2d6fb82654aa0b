import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import { ScimError } from '../../../lib/scim/errors.ts';
import type { JsonValue } from '../../../lib/scim/json.ts';
import { parsePatchOp, patchOpUrn } from '../../../lib/scim/message/patch-op.ts';

const message = (...operations: JsonValue[]): JsonValue => ({
  schemas: [patchOpUrn],
  Operations: operations,
});

function failure(body: JsonValue): ScimError {
  try {
    parsePatchOp(body);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown');
}

describe('parsePatchOp()', () => {
  test('numbers the operations from 1 and parses their paths', () => {
    const body = message(
      { op: 'add', path: 'emails[type eq "work"].value', value: 'a@example.com' },
      { op: 'remove', path: 'name.givenName' },
    );
    expect(parsePatchOp(body)).toEqual([
      {
        number: 1,
        op: 'add',
        path: {
          path: { name: 'emails' },
          filter: { kind: 'compare', path: { name: 'type' }, op: 'eq', value: 'work' },
          sub: 'value',
        },
        value: 'a@example.com',
      },
      { number: 2, op: 'remove', path: { path: { name: 'name', sub: 'givenName' } } },
    ]);
  });

  test('reads members in any order and names in any case', () => {
    const body = {
      operations: [{ VALUE: 'x', Path: 'title', OP: 'Replace' }],
      Schemas: [patchOpUrn.toUpperCase()],
    };
    expect(parsePatchOp(body)).toEqual([
      { number: 1, op: 'replace', path: { path: { name: 'title' } }, value: 'x' },
    ]);
  });

  test('accepts no operations at all', () => {
    expect(parsePatchOp(message())).toEqual([]);
  });

  test('takes a null path as absent and a null value as a value', () => {
    expect(parsePatchOp(message({ op: 'replace', path: null, value: null }))).toEqual([
      { number: 1, op: 'replace', value: null },
    ]);
  });

  test.each<[string, JsonValue, string, string]>([
    ['a body that is no object', [], 'invalidSyntax', 'JSON object'],
    ['a body without "schemas"', { Operations: [] }, 'invalidSyntax', patchOpUrn],
    ['a foreign schema', { schemas: ['urn:x'], Operations: [] }, 'invalidSyntax', patchOpUrn],
    ['"schemas" that is no array', { schemas: patchOpUrn, Operations: [] }, 'invalidSyntax', patchOpUrn],
    ['a body without "Operations"', { schemas: [patchOpUrn] }, 'invalidSyntax', '"Operations"'],
    ['"Operations" that is an object', { schemas: [patchOpUrn], Operations: {} }, 'invalidSyntax', 'array'],
    ['an operation that is no object', message('add'), 'invalidSyntax', 'Operation 1: '],
    ['an unknown op', message({ op: 'move', path: 'title' }), 'invalidSyntax', 'Operation 1: "op"'],
    ['an op that is no string', message({ op: 1, path: 'title' }), 'invalidSyntax', 'Operation 1: "op"'],
    ['an op given twice', message({ op: 'add', Op: 'remove', path: 'title' }), 'invalidSyntax', 'only once'],
    ['an add without value', message({ op: 'add', path: 'title' }), 'invalidValue', '"add" needs a "value"'],
    ['a replace without value', message({ op: 'replace' }), 'invalidValue', '"replace" needs a "value"'],
    ['a remove without path', message({ op: 'remove' }), 'noTarget', 'needs a "path"'],
    [
      'a path that is no string',
      message({ op: 'remove', path: 7 }),
      'invalidPath',
      '"path" must be a string',
    ],
    [
      'a malformed path',
      message({ op: 'remove', path: 'emails[' }),
      'invalidPath',
      'Operation 1: Cannot parse',
    ],
    ['an empty path', message({ op: 'add', path: '', value: 'x' }), 'invalidPath', 'Operation 1: '],
    ['a path into a prototype', message({ op: 'add', path: '__proto__.x', value: 1 }), 'invalidPath', ''],
  ])('rejects %s', (_, body, code, detail) => {
    const error = failure(body);
    expect(error.code).toBe(code);
    expect(error.message).toContain(detail);
  });

  test('names the operation that fails, not an earlier one', () => {
    const fine = { op: 'remove', path: 'title' };
    expect(failure(message(fine, fine, { op: 'remove' })).message).toMatch(/^Operation 3: /);
  });

  test('bounds the number of operations', () => {
    const operations = new Array<JsonValue>(limits.patchOperationsMax).fill({ op: 'remove', path: 'title' });
    expect(parsePatchOp(message(...operations))).toHaveLength(limits.patchOperationsMax);
    const error = failure(message(...operations, { op: 'remove', path: 'title' }));
    expect(error.code).toBe('invalidSyntax');
    expect(error.message).toContain(String(limits.patchOperationsMax));
  });

  test.each<[string, (keys: JsonValue) => JsonValue]>([
    ['of a value without path', (keys) => ({ op: 'add', value: keys })],
    ['of an extension in a value without path', (keys) => ({ op: 'add', value: { 'urn:x:y': keys } })],
    ['of an extension that the path names', (keys) => ({ op: 'add', path: 'urn:x:y', value: keys })],
  ])('counts each key %s as a change', (_, operation) => {
    const keys = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, 1]));
    expect(parsePatchOp(message(operation(keys(limits.patchOperationsMax - 1))))).toHaveLength(1);
    const error = failure(message(operation(keys(limits.patchOperationsMax + 1))));
    expect([error.code, error.message]).toEqual(['invalidSyntax', expect.stringContaining('changes')]);
  });

  test('counts the comparisons in the filters of paths, each of which is made with every value', () => {
    const terms = (count: number) => Array.from({ length: count }, (_, n) => `value co "${n}"`).join(' or ');
    const operation = { op: 'remove', path: `emails[${terms(124)}].display` };
    const operations = new Array<JsonValue>(limits.patchOperationsMax / 125).fill(operation);
    expect(parsePatchOp(message(...operations))).toHaveLength(operations.length);
    const error = failure(message(...operations, { op: 'remove', path: 'emails[not (value pr)]' }));
    expect(error).toMatchObject({ scimType: 'invalidSyntax' });
    expect(error.message).toContain('comparisons');
  });
});
