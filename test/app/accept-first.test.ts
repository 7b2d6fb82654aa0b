import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from 'vitest';
import { acceptFirst } from '../../lib/app/accept-first.ts';

test('requests begin once the connections that wait are accepted', async () => {
  const server = http.createServer();
  let accepted = 0;
  const acceptedAtStart: number[] = [];
  server.on('connection', () => {
    accepted += 1;
  });
  const receive = acceptFirst(server, (_, response) => {
    acceptedAtStart.push(accepted);
    response.end();
  });
  server.on('request', receive);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const sockets = Array.from({ length: 50 }, () => connect(port, '127.0.0.1'));
    for (const socket of sockets)
      socket.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').resume();
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    expect(acceptedAtStart).toEqual(Array(50).fill(50));
  } finally {
    server.close();
  }
});
