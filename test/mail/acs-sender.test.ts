import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import { describe, expect, test } from 'vitest';
import { createAcsSender } from '../../lib/mail/acs-sender.ts';
import type { MailMessage } from '../../lib/mail/mail-sender.ts';
import { type EmailService, type ServiceFault, startEmailService } from './email-service.ts';

const message: MailMessage = {
  id: '0f5a3c1e-0000-4000-8000-000000000001',
  to: [{ address: 'anna@example.com', name: 'Anna' }, { address: 'bert@example.com' }],
  subject: 'Activate your account',
  text: 'Hello Anna',
  html: '<p>Hello Anna</p>',
};
const token = 'token-of-an-identity';
const day = 86_400_000;

function senderTo(
  { endpoint, cert: ca }: Pick<EmailService, 'endpoint' | 'cert'>,
  getToken = async () => ({ token, expiresOnTimestamp: Date.now() + day }),
) {
  const http = createDefaultHttpClient();
  return createAcsSender({
    endpoint,
    credential: { getToken },
    from: { address: 'noreply@muster.example' },
    http: { sendRequest: (request) => http.sendRequest(Object.assign(request, { tlsSettings: { ca } })) },
    millisecondsMax: 1_000,
  });
}

describe('Azure Communication Services', () => {
  test('is handed a mail with its headers by a token of the identity', async () => {
    await using service = await startEmailService(token);
    const sender = await senderTo(service);

    expect(await sender.send(message)).toEqual({ outcome: 'accepted' });
    expect(service.received).toEqual([
      {
        path: '/emails:send',
        senderAddress: 'noreply@muster.example',
        content: { subject: message.subject, plainText: message.text, html: message.html },
        recipients: {
          to: [
            { address: 'anna@example.com', displayName: 'Anna' },
            { address: 'bert@example.com', displayName: '' },
          ],
        },
        headers: {
          'Message-ID': '<0f5a3c1e-0000-4000-8000-000000000001@muster.example>',
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
        },
        userEngagementTrackingDisabled: true,
      },
    ]);
  });

  test.each<[string, ServiceFault, object, number]>([
    ['is throttled', 429, { outcome: 'unreachable', reason: '429', retryAfterSeconds: 600 }, 0],
    ['knows the identity, and forbids it', 403, { outcome: 'unreachable', reason: '403' }, 0],
    ['does not know the identity', 401, { outcome: 'unreachable', reason: '401' }, 0],
    ['is not available', 503, { outcome: 'unreachable', reason: '503' }, 0],
    ['refuses the mail', 400, { outcome: 'refused', reason: '400' }, 0],
    ['fails', 500, { outcome: 'unknown', reason: '500' }, 0],
    ['is lost with its answer', 'lost', { outcome: 'unknown', reason: 'ECONNRESET' }, 1],
    ['is silent', 'silent', { outcome: 'unknown' }, 0],
    ['has accepted, and cannot tell more', 'stateUnknown', { outcome: 'accepted' }, 1],
  ])('that %s is judged by its answer, and asked once', async (_, fault, delivery, received) => {
    await using service = await startEmailService(token);
    service.befall(fault);
    const sender = await senderTo(service);

    expect(await sender.send(message)).toMatchObject(delivery);
    expect([service.received.length, service.offered()]).toEqual([received, 1]);
  });

  test('without a token, a connection or a certificate is unreachable', async () => {
    await using service = await startEmailService(token);
    const untold = await senderTo(service, async () => {
      throw Object.assign(new Error('No identity here'), { name: 'CredentialUnavailableError' });
    });
    expect(await untold.send(message)).toMatchObject({ outcome: 'unreachable' });
    const untrusting = await senderTo({ ...service, cert: '' });
    expect(await untrusting.send(message)).toMatchObject({ outcome: 'unreachable' });
    const away = await senderTo({ ...service, endpoint: 'https://localhost:9' });
    expect(await away.send(message)).toMatchObject({ outcome: 'unreachable', reason: 'ECONNREFUSED' });
    expect(service.offered()).toBe(0);
  });
});
