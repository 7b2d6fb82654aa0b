import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MailServer, startMailServer } from '../mail/mail-server.ts';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { clientOf } from './client.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-mails-'));
afterAll(() => rmSync(folder, { recursive: true }));

const policy = { accounts: { enabled: true }, notifications: { invitation: true } };
const anna = (address = 'anna.canary@example.com') => ({
  ...{ displayName: 'Anna Canary' },
  emails: [{ value: address, type: 'work', primary: true }],
});

/** Runs the timer that sends mails and waits until something holds. */
async function sendMails(endpoint: Endpoint, isDone: () => boolean | Promise<boolean>): Promise<void> {
  expect((await endpoint.manage('POST', '/admin/functions/maintenance', {})).status).toBe(202);
  await expect.poll(isDone, { timeout: 10_000 }).toBe(true);
}

/** The text of a mail, decoded (RFC 2045 6.7). */
function textOf(raw: string): string {
  return raw
    .replaceAll('=\r\n', '')
    .replace(/=([0-9A-F]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function linkIn(raw: string): string {
  return /http:\/\/\S+\/activate\?token=[\w-]+/.exec(textOf(raw))?.[0] ?? '';
}

async function visit(link: string, method = 'GET') {
  const response = await fetch(link, { method });
  const { status, headers } = response;
  return { status, headers, page: await response.text() };
}

/** Mails of a tenant as an operator sees them. */
const mailsOf = async (endpoint: Endpoint, tenantId: string, query = '') =>
  (await endpoint.manage('GET', `/manage/tenants/${tenantId}/mails${query}`)).body.mails;

describe('with a mail server', () => {
  let server: MailServer;
  let endpoint: Endpoint;
  beforeEach(async () => {
    server = await startMailServer();
    endpoint = await startEndpoint({
      env: {
        MAIL_SMTP_URL: server.url.replace('//', '//user-canary:password-canary@'),
        MAIL_FROM: 'noreply@muster.example',
        MUSTER_LOG: 'debug',
      },
    });
  });
  afterEach(async () => {
    // The server first: an endpoint that stops waits for a mail that is not answered.
    await server[Symbol.asyncDispose]();
    await endpoint.stop();
  });

  test('F6: a new user is invited, follows the link with the token in its query, and is active', async () => {
    const tenant = await endpoint.createTenant({ name: 'Contoso <b>', policy });
    await clientOf(tenant).user('anna', anna());
    await sendMails(endpoint, () => server.received.length > 0);
    expect(server.received).toMatchObject([{ to: ['anna.canary@example.com'] }]);
    const link = linkIn(server.received[0]?.raw ?? '');
    expect(link.startsWith(`${endpoint.baseUrl}/activate?token=`)).toBe(true);

    for (const _ of ['a program that checks mails', 'a person']) {
      const { status, headers, page } = await visit(link);
      expect(status).toBe(200);
      expect(page).toContain('<form method="post">');
      expect(page).toContain('Contoso &lt;b&gt;');
      expect(page).not.toMatch(/<script|<b>|src=|href=/);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
    }
    expect(await visit(link, 'HEAD')).toMatchObject({ status: 200, page: '' });
    expect((await visit(link.replace('?token=', '/'))).status).toBe(200);
    expect((await visit(`${endpoint.baseUrl}/activate`)).status).toBe(404);
    expect(await visit(link, 'POST')).toMatchObject({
      status: 200,
      page: expect.stringContaining('Your account is active'),
    });
    for (const method of ['POST', 'GET']) {
      const { status, page } = await visit(link, method);
      expect([status, page]).toEqual([409, expect.stringContaining('already active')]);
      expect(page).not.toContain('<form');
    }
    expect((await visit(`${link}x`)).status).toBe(404);
    expect((await visit(link, 'DELETE')).status).toBe(404);
  });

  test('a link to an account that is gone says so', async () => {
    const tenant = await endpoint.createTenant({ name: 'Contoso', policy });
    const client = clientOf(tenant);
    const { id } = await client.user('anna', anna());
    await sendMails(endpoint, () => server.received.length > 0);
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    const link = linkIn(server.received[0]?.raw ?? '');

    expect(await visit(link, 'POST')).toMatchObject({
      status: 410,
      page: expect.stringContaining('This account no longer exists'),
    });
  });

  test('nothing of a mail is in the log, whatever becomes of it', async () => {
    const tenant = await endpoint.createTenant({ name: 'Tenant Canary', policy });
    const client = clientOf(tenant);
    const isOver = async () =>
      (await mailsOf(endpoint, tenant.tenantId)).every((mail: { attempts: number }) => mail.attempts > 0);
    server.befall({ at: 'recipient', code: 450 });
    await client.user('one', anna('one.canary@example.com'));
    await sendMails(endpoint, isOver);
    server.befall({ at: 'recipient', code: 550 });
    await client.user('two', anna('two.canary@example.com'));
    await sendMails(endpoint, isOver);
    server.befall({ at: 'afterContent', lost: true });
    await client.user('three', anna('three.canary@example.com'));
    await sendMails(endpoint, isOver);
    const link = linkIn(server.received[0]?.raw ?? '');
    await visit(link);
    await visit(link, 'POST');

    const output = endpoint.output();
    expect(output).toContain('"event":"mail"');
    expect(output).toContain('"event":"activation"');
    expect(output).toContain('"state":"unknown"');
    expect(output).not.toMatch(/canary/i);
    expect(output).not.toContain(link.split('=').at(-1));
  });

  test('an operator sees what became of mails, and sends one again with a new link', async () => {
    const tenant = await endpoint.createTenant({ name: 'Contoso', policy });
    server.befall({ at: 'afterContent', lost: true });
    await clientOf(tenant).user('anna', anna());
    const states = async () =>
      (await mailsOf(endpoint, tenant.tenantId)).map(({ state }: { state: string }) => state);
    expect(await mailsOf(endpoint, tenant.tenantId)).toEqual([
      {
        id: expect.stringMatching(/^mail:/),
        ...{ template: 'invitation', account: expect.any(String), state: 'waiting', attempts: 0 },
        next: expect.any(String),
      },
    ]);
    const waiting = () => mailsOf(endpoint, tenant.tenantId, '?state=waiting');
    expect(await waiting()).toEqual(await mailsOf(endpoint, tenant.tenantId));
    await sendMails(endpoint, async () => (await states())[0] === 'unknown');
    expect(await waiting()).toEqual([]);
    const [mail] = await mailsOf(endpoint, tenant.tenantId, '?state=unknown');
    expect(mail).toMatchObject({ state: 'unknown', attempts: 1, reason: 'ECONNECTION' });
    expect(await mailsOf(endpoint, tenant.tenantId, '?state=sent')).toEqual([]);

    server.befall(undefined);
    const again = `/manage/tenants/${tenant.tenantId}/mails/${mail.id}/send`;
    expect((await endpoint.manage('POST', again)).body).toMatchObject({ state: 'waiting' });
    expect((await endpoint.manage('POST', again)).status).toBe(409);
    await sendMails(endpoint, async () => (await states())[0] === 'sent');
    const [first = '', second = ''] = server.received.map(({ raw }) => raw);
    const messageIdOf = (raw: string) => /^Message-ID: (.+)$/m.exec(raw)?.[1];
    expect(messageIdOf(second)).toBe(messageIdOf(first));
    expect(linkIn(second)).not.toBe(linkIn(first));
    const absent = `/manage/tenants/${tenant.tenantId}/mails/mail:absent/send`;
    expect((await endpoint.manage('POST', absent)).status).toBe(404);
    const wrong = await endpoint.manage('GET', `/manage/tenants/${tenant.tenantId}/mails?state=lost`);
    expect([wrong.status, wrong.body.detail]).toEqual([400, expect.stringContaining('unknown')]);
  });

  test('the page of the product learns whom a link for a password is for', async () => {
    const passwordUrl = 'https://app.example.com/password?token={token}';
    const tenant = await endpoint.createTenant({
      name: 'Contoso',
      policy: { accounts: { enabled: true }, notifications: { passwordLink: true, passwordUrl } },
    });
    const { id } = await clientOf(tenant).user('anna', anna());
    await sendMails(endpoint, () => server.received.length > 0);
    const text = textOf(server.received[0]?.raw ?? '');
    const token = /https:\/\/app\.example\.com\/password\?token=([\w-]+)/.exec(text)?.[1];

    expect(await endpoint.manage('POST', '/manage/links', { token })).toMatchObject({
      status: 200,
      body: {
        purpose: 'password',
        expired: false,
        tenant: tenant.tenantId,
        user: id,
        login: 'anna',
        state: 'active',
      },
    });
    expect((await endpoint.manage('POST', '/manage/links', { token: 'x' })).status).toBe(404);
    expect((await visit(`${endpoint.baseUrl}/activate?token=${token}`)).status).toBe(404);
    const refused = await endpoint.manage('POST', '/manage/tenants', {
      name: 'Without a page',
      policy: { notifications: { passwordLink: true } },
    });
    expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining('passwordUrl')]);
  });

  test('administrators are warned of a key that ends soon, once', async () => {
    const notifications = { administrators: ['it.canary@example.com'], keyExpiryDays: [30] };
    const { tenantId } = await endpoint.createTenant({ name: 'Contoso', policy: { notifications } });
    const keys = `/manage/tenants/${tenantId}/keys`;
    const { id } = (await endpoint.manage('POST', keys, { label: 'Entra ID', validDays: 10 })).body;
    for (const _ of ['once', 'twice']) {
      await endpoint.manage('POST', '/admin/functions/maintenance', {});
      await expect.poll(() => mailsOf(endpoint, tenantId)).toHaveLength(1);
    }
    await sendMails(endpoint, async () => (await mailsOf(endpoint, tenantId, '?state=sent')).length > 0);
    expect(await mailsOf(endpoint, tenantId)).toMatchObject([{ template: 'keyExpiry', key: id }]);
    expect(server.received).toMatchObject([{ to: ['it.canary@example.com'] }]);
    expect(textOf(server.received[0]?.raw ?? '')).toContain('Entra ID');
  });

  test('a slow one keeps no SCIM request waiting', async () => {
    const tenant = await endpoint.createTenant({ name: 'Contoso', policy });
    const client = clientOf(tenant);
    server.befall({ at: 'afterContent', silent: true });
    await client.user('anna', anna());
    await sendMails(endpoint, () => server.received.length > 0);
    const started = performance.now();
    await client.user('bert', anna('bert@example.com'));

    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await mailsOf(endpoint, tenant.tenantId, '?state=sending')).toHaveLength(1);
  });
});

describe('on one machine', () => {
  test('mails are files in the data folder that only their owner can read', async () => {
    const data = mkdtempSync(join(folder, 'data-'));
    const endpoint = await startEndpoint({ data });
    const tenant = await endpoint.createTenant({ name: 'Contoso', policy });
    await clientOf(tenant).user('anna', anna());
    const files = () => {
      try {
        return readdirSync(join(data, 'mail'));
      } catch {
        return [];
      }
    };
    await sendMails(endpoint, () => files().some((name) => name.endsWith('.eml')));
    const path = join(data, 'mail', files()[0] ?? '');
    const raw = readFileSync(path, 'utf8');

    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(raw).toContain('To: Anna Canary <anna.canary@example.com>\r\n');
    expect((await visit(linkIn(raw), 'POST')).status).toBe(200);
    await endpoint.stop();
  });

  test('a template that cannot be used stops the start with a sentence', async () => {
    const templates = mkdtempSync(join(folder, 'templates-'));
    writeFileSync(join(templates, 'welcome.json'), JSON.stringify({ text: ['Hi'], html: ['Hi'] }));

    await expect(startEndpoint({ env: { MUSTER_TEMPLATES: templates } })).rejects.toThrow(
      'The template welcome.json cannot be used: subject must be a string',
    );
  });
});
