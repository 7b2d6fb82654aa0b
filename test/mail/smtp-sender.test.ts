import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { MailMessage } from '../../lib/mail/mail-sender.ts';
import { createSmtpSender } from '../../lib/mail/smtp-sender.ts';
import { type MailFault, startMailServer } from './mail-server.ts';

const message: MailMessage = {
  id: '0f5a3c1e-0000-4000-8000-000000000001',
  to: [{ address: 'anna@example.com', name: 'Anna' }],
  subject: 'Activate your account',
  text: 'Hello Anna',
  html: '<p>Hello Anna</p>',
};
const from = { address: 'noreply@muster.example', name: 'Muster' };

function senderTo(port: number, credentials?: { user: string; pass: string }) {
  const server = { host: '127.0.0.1', port, secure: false, credentials };
  return createSmtpSender({ server, from, now: () => Date.UTC(2030, 0, 1), millisecondsMax: 500 });
}

describe('a mail server', () => {
  test('is handed a mail with its envelope and its headers, and is told when it is all', async () => {
    await using server = await startMailServer();
    const delivery = await senderTo(server.port, { user: 'us:er', pass: 'pä ss' }).send(message);

    expect(delivery).toEqual({ outcome: 'accepted', refused: 0 });
    expect(server.logins).toEqual(['us:er:pä ss']);
    expect(server.received).toMatchObject([{ from: 'noreply@muster.example', to: ['anna@example.com'] }]);
    const [{ raw } = { raw: '' }] = server.received;
    for (const line of [
      'From: Muster <noreply@muster.example>',
      'To: Anna <anna@example.com>',
      'Subject: Activate your account',
      'Message-ID: <0f5a3c1e-0000-4000-8000-000000000001@muster.example>',
      'Date: Tue, 01 Jan 2030 00:00:00 +0000',
      'Auto-Submitted: auto-generated',
    ]) {
      expect(raw.split('\r\n')).toContain(line);
    }
    expect(raw).toContain('Hello Anna');
    expect(raw).toContain('<p>Hello Anna</p>');
  });

  test.each<[string, MailFault, object, number]>([
    ['greets with 554', { at: 'greeting', code: 554 }, { outcome: 'unreachable', reason: '554' }, 0],
    ['refuses the password', { at: 'login', code: 535 }, { outcome: 'unreachable', reason: '535' }, 0],
    ['defers the sender', { at: 'sender', code: 451 }, { outcome: 'deferred', reason: '451' }, 0],
    ['refuses the sender', { at: 'sender', code: 550 }, { outcome: 'refused', reason: '550' }, 0],
    ['defers the recipient', { at: 'recipient', code: 450 }, { outcome: 'deferred', reason: '450' }, 0],
    ['does not know the recipient', { at: 'recipient', code: 550 }, { outcome: 'refused', reason: '550' }, 0],
    ['is lost before the content', { at: 'recipient', lost: true }, { outcome: 'deferred' }, 0],
    ['defers the content', { at: 'content', code: 452 }, { outcome: 'deferred', reason: '452' }, 0],
    ['refuses the content', { at: 'content', code: 554 }, { outcome: 'refused', reason: '554' }, 0],
    ['is lost after the content', { at: 'afterContent', lost: true }, { outcome: 'unknown' }, 1],
    [
      'is silent after the content',
      { at: 'afterContent', silent: true },
      { outcome: 'unknown', reason: 'ETIMEDOUT' },
      1,
    ],
  ])('that %s is judged by how far the mail came', async (_, fault, delivery, received) => {
    await using server = await startMailServer();
    server.befall(fault);
    const sender = senderTo(server.port, { user: 'user', pass: 'pass' });

    expect(await sender.send(message)).toMatchObject(delivery);
    expect(server.received).toHaveLength(received);
    expect(server.sessions()).toBe(1);
  });

  test('that takes the mail for some recipients has accepted it', async () => {
    await using server = await startMailServer();
    server.befall({ at: 'recipient', code: 450 }, ['anna@example.com']);
    const to = [...message.to, { address: 'gone@example.com' }];

    expect(await senderTo(server.port).send({ ...message, to })).toEqual({ outcome: 'accepted', refused: 1 });
    expect(server.received).toMatchObject([{ to: ['anna@example.com'] }]);
  });

  test('that is not there, or does not greet, is unreachable', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    expect(await senderTo(port).send(message)).toEqual({ outcome: 'unreachable', reason: 'ETIMEDOUT' });
    await new Promise((resolve) => silent.close(resolve));

    expect(await senderTo(port).send(message)).toEqual({ outcome: 'unreachable', reason: 'ECONNREFUSED' });
  });

  test('elsewhere is sent no password without TLS', async () => {
    await using server = await startMailServer();
    const { port } = server;
    const credentials = { user: 'user', pass: 'pass' };
    const sender = createSmtpSender({
      server: { host: '::ffff:127.0.0.1', port, secure: false, credentials },
      ...{ from, now: Date.now },
    });

    expect(await sender.send(message)).toMatchObject({ outcome: 'unreachable', reason: '500' });
    expect([server.sessions(), server.logins]).toEqual([1, []]);
  });
});
