import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { toHttpResponse } from '../../lib/http/respond.ts';

describe('toHttpResponse()', () => {
  test('tells the length of a body in bytes', () => {
    const response = toHttpResponse({ status: 200, body: { displayName: 'Zoë' } }, { method: 'GET' });
    expect(response.body).toBe('{"displayName":"Zoë"}');
    expect(response.headers).toMatchObject({ 'Content-Length': '22' });
  });

  test('tells no length of a body that it streams', () => {
    const Resources = Array.from({ length: limits.elementsPerPieceMax + 1 }, (_, n) => n);
    const response = toHttpResponse({ status: 200, body: { Resources } }, { method: 'GET' });
    expect(response.body).toBeInstanceOf(ReadableStream);
    expect(response.headers).not.toHaveProperty('Content-Length');
  });

  test.each([
    { method: 'HEAD', response: { status: 200, body: { id: '1' } } },
    { method: 'DELETE', response: { status: 204 } },
  ])('tells no length where $method has no body', ({ method, response }) => {
    const { body, headers } = toHttpResponse(response, { method });
    expect(body).toBeUndefined();
    expect(headers).not.toHaveProperty('Content-Length');
  });
});
