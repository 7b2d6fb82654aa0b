import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendAnswer } from '../../lib/app/send-answer.ts';
import { yieldToEventLoop } from '../../lib/base/yield-to-event-loop.ts';

const server = createServer((_, response) => work(response));
let work: (response: ServerResponse) => void;
let url: string;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends an answer to one request; `sent` settles as `sendAnswer()` does. */
function send(body?: string | ReadableStream<Uint8Array>) {
  const sent = new Promise<void>((resolve, reject) => {
    work = (response) => {
      const headers = { 'Content-Type': 'text/plain' };
      sendAnswer(response, 'an-id', { status: 201, headers, body }).then(resolve, reject);
    };
  });
  return { sent: sent.catch(String), answer: fetch(url) };
}

function streamOf(count: number, error?: Error): ReadableStream<Uint8Array> {
  let pulled = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      await yieldToEventLoop();
      pulled += 1;
      if (pulled <= count) controller.enqueue(Buffer.alloc(1_000, 'ü'));
      else if (error) controller.error(error);
      else controller.close();
    },
  });
}

test.each([
  ['text', 'Zoë', 'Zoë'],
  ['a stream', streamOf(3), 'ü'.repeat(1_500)],
  ['nothing', undefined, ''],
])('sends status, headers, id and %s', async (_, body, text) => {
  const { answer, sent } = send(body);
  const response = await answer;
  expect(response.status).toBe(201);
  expect(response.headers.get('content-type')).toBe('text/plain');
  expect(response.headers.get('x-ms-invocation-id')).toBe('an-id');
  expect(await response.text()).toBe(text);
  expect(await sent).toBeUndefined();
});

test('breaks the answer off if its stream fails, so that nobody takes it as whole', async () => {
  const { answer, sent } = send(streamOf(2, new Error('lost')));
  await expect(answer.then((response) => response.text())).rejects.toThrow();
  expect(await sent).toBe('Error: lost');
});

test('reads no more of a stream once the client is gone', async () => {
  const { answer, sent } = send(streamOf(Number.POSITIVE_INFINITY));
  await (await answer).body?.cancel();
  expect(await sent).toBeUndefined();
});
