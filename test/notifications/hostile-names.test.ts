import { describe, expect, test } from 'vitest';
import type { MailMessage } from '../../lib/mail/mail-sender.ts';
import { rawMessage } from '../../lib/mail/raw-message.ts';
import { workEmail } from '../accounts/tenancy.ts';
import { openMailbox, openMailing } from './mailing.ts';

const names = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  'Anna\r\nBcc: victim@example.com',
  'Anna\nSubject: You have won',
  'Anna\u2028Bcc: victim@example.com',
  'Anna" <victim@example.com>, "Bert',
  'Anna <victim@example.com>',
  '=?utf-8?q?Anna=0D=0ABcc:_victim=40example.com?=',
  '{{link}} {{{link}}} {{#name}}',
  '\u202egnp.exe',
  '\0\u0007\u001b[31m',
  'n'.repeat(5_000),
  '名前 ü 😀',
];

/** The invitation of a person with this name, to a product with this name. */
async function invitationOf(displayName: string, product: string): Promise<MailMessage> {
  await using mailing = await openMailing({ notifications: { invitation: true } }, product);
  await mailing.tenancy.user('anna', { displayName, ...workEmail('anna@example.com') });
  const { sender, sent } = openMailbox();
  await mailing.send(sender);
  const [message] = sent;
  if (!message) throw new Error('No mail was sent');
  return message;
}

/** The headers of a mail, unfolded, by their names. */
async function headersOf(message: MailMessage): Promise<readonly (readonly [string, string])[]> {
  const raw = (
    await rawMessage(message, { from: { address: 'noreply@muster.example' }, date: 0 })
  ).toString();
  expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  const [head = ''] = raw.split('\r\n\r\n');
  return head
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
}

const usualHeaders = [
  ...['Auto-Submitted', 'Content-Type', 'Date', 'From', 'MIME-Version', 'Message-ID', 'Subject', 'To'],
  'X-Auto-Response-Suppress',
];

describe.each(names)('a person and a product of the name %j', (name) => {
  test('add no header and no recipient', async () => {
    const message = await invitationOf(name, name.trim().slice(0, 100));
    const headers = await headersOf(message);

    expect(headers.map(([header]) => header).toSorted()).toEqual(usualHeaders);
    const { To = '', Subject = '' } = Object.fromEntries(headers);
    const unquoted = To.replace(/"(\\.|[^"\\])*"/g, '').replace(/=\?[^?]*\?[^?]*\?[^?]*\?=/g, '');
    expect(unquoted.match(/[^\s<]+@[^\s>]+/g)).toEqual(['anna@example.com']);
    expect(Subject).not.toMatch(/\p{Cc}/u);
  });

  test('add no tag to the HTML, and no line to the text', async () => {
    const usual = await invitationOf('Anna', 'Contoso');
    const { subject, text, html } = await invitationOf(name, name.trim().slice(0, 100));
    const tagsIn = (markup: string) => markup.replace(/"https:[^"]*"/g, '""').match(/<[^>]*>/g);

    expect(tagsIn(html)).toEqual(tagsIn(usual.html));
    expect(text.split('\n')).toHaveLength(usual.text.split('\n').length);
    for (const part of [subject, text.replaceAll('\n', ''), html.replaceAll('\n', '')]) {
      expect(part).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }
    expect(text.length).toBeLessThan(usual.text.length + 250);
  });
});

test('a link in HTML is the link of the text', async () => {
  const { text, html } = await invitationOf('Anna', 'Contoso');
  const [link = ''] = /https:\S+/.exec(text) ?? [];
  const [, href = ''] = /href="([^"]+)"/.exec(html) ?? [];

  expect(link).toMatch(/^https:\/\/scim\.example\.com\/activate\?token=[\w-]+$/);
  expect(href.replaceAll('&#x2F;', '/').replaceAll('&#x3D;', '=')).toBe(link);
});
