import { createRequire } from 'node:module';
import functions, { type HttpResponseInit } from '@azure/functions';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDirectResponse } from '../../lib/app/direct-response.ts';

const headers = { 'Content-Type': 'application/scim+json', 'request-id': '1' };

/** Reads a response as the library does when it sends it. */
async function read(response: InstanceType<typeof functions.HttpResponse>) {
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body?.values() ?? []) pieces.push(Buffer.from(piece));
  const { status, cookies } = response;
  const sent = [...response.headers.entries()].map(([name, value]) => [name.toLowerCase(), value]);
  return { status, cookies, headers: sent, text: Buffer.concat(pieces).toString() };
}

test('is sent like the response that the library would make', () => {
  const text = fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined });
  return fc.assert(
    fc.asyncProperty(fc.constantFrom(200, 201, 400, 500), text, async (status, body) => {
      const response = { status, headers, body };
      const direct = toDirectResponse(response);
      expect(direct).toBeInstanceOf(functions.HttpResponse);
      const converted = await read(new functions.HttpResponse(response));
      expect(await read(direct as InstanceType<typeof functions.HttpResponse>)).toEqual(converted);
    }),
  );
});

test.each<HttpResponseInit>([
  { status: 200, headers, jsonBody: {} },
  { status: 200, headers, body: new ReadableStream() },
  { status: 200, headers, body: '', cookies: [{ name: 'a', value: 'b' }] },
  { status: 200, headers: new Headers(headers), body: '' },
])('leaves another form as it is: %j', (response) => {
  expect(toDirectResponse(response)).toBe(response);
});

test('was tried with the version of the library that is installed', () => {
  const { version } = createRequire(import.meta.url)('@azure/functions/package.json');
  expect(version, 'read sendProxyResponse() of the new version, then change this line').toBe('4.16.5');
});
