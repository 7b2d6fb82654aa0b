import { createPublicKey, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventView } from '../../lib/manage/manage-events.ts';
import { type Received, type Receiver, startReceiver } from '../feed/webhooks/receiver.ts';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { linesOf } from '../support/log-lines.ts';
import { clientOf } from './client.ts';

let endpoint: Endpoint;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  endpoint = await startEndpoint({ env: { WEBHOOK_HOSTS: receiver.host } });
  return async () => {
    await endpoint.stop();
    await receiver[Symbol.asyncDispose]();
  };
});

let named = 0;
async function tenantWithWebhook(settings: object = {}) {
  named += 1;
  const policy = { accounts: { enabled: true } };
  const tenant = await endpoint.createTenant({ name: `Hooks ${named}`, policy });
  const list = `/manage/tenants/${tenant.tenantId}/webhooks`;
  const url = `${receiver.url}/${named}`;
  const { status, body } = await endpoint.manage('POST', list, { url, ...settings });
  expect(status, JSON.stringify(body)).toBe(201);
  const got = () => receiver.accepted.filter(({ event }) => event.source.endsWith(tenant.tenantId));
  return { tenant, list, webhook: body, path: `${list}/${body.id}`, got };
}

const typesOf = (got: readonly Received[]) => got.map(({ event }) => event.type);

describe('webhooks', () => {
  test('tell a product of each change soon, signed by both schemes, with the object as it is', async () => {
    const { tenant, webhook, path, got } = await tenantWithWebhook({ ordered: true });
    const client = clientOf(tenant);
    const { id } = await client.user('ann', { externalId: 'x-1' });
    await expect.poll(() => typesOf(got())).toEqual(['user.created', 'account.activated']);
    const started = performance.now();
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    await expect.poll(() => typesOf(got()).slice(2)).toEqual(['user.deactivated', 'account.disabled']);
    expect(performance.now() - started).toBeLessThan(4_000);
    const { body, headers, event } = got().at(-1) as Received;
    expect(event.data).toMatchObject({
      ...{ reason: 'deactivatedByClient', object: { state: 'disabled' }, user: { id, externalId: 'x-1' } },
    });
    expect(eventView.safeParse(event).success).toBe(true);
    const signed = headers as Record<string, string>;
    expect(new Webhook(webhook.secret).verify(body, signed)).toEqual(event);
    const [, signature = ''] = / v1a,(\S+)/.exec(signed['webhook-signature'] ?? '') ?? [];
    const x = Buffer.from(webhook.secrets[0].publicKey.slice('whpk_'.length), 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const content = Buffer.from(`${event.id}.${signed['webhook-timestamp']}.${body}`);
    expect(verify(null, content, key, Buffer.from(signature, 'base64'))).toBe(true);
    const shown = await endpoint.manage('GET', path);
    expect(shown.body).toMatchObject({ state: 'active', success: { share: 1 } });
    expect(JSON.stringify(shown.body)).not.toContain(webhook.secret);
  });

  test('of all tenants tell of tenants themselves too', async () => {
    const url = `${receiver.url}/all`;
    const { body } = await endpoint.manage('POST', '/manage/webhooks', { url, types: ['tenant.'] });
    const { tenantId } = await endpoint.createTenant({ name: 'Told' });
    const told = () => receiver.accepted.filter(({ event }) => event.subject === `tenants/${tenantId}`);
    await expect.poll(() => typesOf(told())).toEqual(['tenant.created']);
    expect(told()[0]?.event.data.object).toMatchObject({ id: tenantId, name: 'Told', enabled: true });
    expect((await endpoint.manage('DELETE', `/manage/webhooks/${body.id}`)).status).toBe(204);
    expect((await endpoint.manage('GET', '/manage/webhooks')).body).toEqual({ webhooks: [] });
  });

  test('are tried, switched off and on, shown and sent again by operators, who are recorded', async () => {
    const { tenant, path, got } = await tenantWithWebhook({ types: ['user.'] });
    expect((await endpoint.manage('POST', `${path}/test`)).body).toMatchObject({
      status: 204,
      type: 'webhook.test',
    });
    await endpoint.manage('PATCH', path, { enabled: false });
    await clientOf(tenant).user('bob');
    await expect
      .poll(async () => {
        const events = `/manage/tenants/${tenant.tenantId}/events`;
        return (await endpoint.manage('GET', events)).body.events.length;
      })
      .toBeGreaterThan(1);
    expect(got()).toEqual([]);
    await endpoint.manage('PATCH', path, { enabled: true });
    await expect.poll(() => typesOf(got())).toEqual(['user.created']);
    const { event } = got()[0] as Received;
    expect((await endpoint.manage('POST', `${path}/resend`, { event: event.id })).body.status).toBe(204);
    const range = { from: new Date(Date.parse(event.time) - 1_000).toISOString() };
    expect((await endpoint.manage('POST', `${path}/replay`, range)).body.events).toBeGreaterThan(1);
    await expect.poll(() => got().map(({ event: { id } }) => id)).toEqual([event.id, event.id, event.id]);
    await expect
      .poll(async () => (await endpoint.manage('GET', `${path}/attempts`)).body.attempts.length)
      .toBe(4);
    const audit = `/manage/tenants/${tenant.tenantId}/audit`;
    const { records } = (await endpoint.manage('GET', audit)).body;
    const acts = records.filter(({ resourceType }: { resourceType?: string }) => resourceType === 'Webhook');
    expect(acts.map(({ operation }: { operation: string }) => operation).toReversed()).toEqual([
      ...['create', 'test', 'edit', 'edit', 'resend', 'replay'],
    ]);
  });

  test('that fail have a line of their own, which no alert counts', async () => {
    const { tenant, path } = await tenantWithWebhook({ url: `http://${receiver.host}/gone` });
    receiver.reply = () => ({ status: 410 });
    await clientOf(tenant).user('cid');
    await expect.poll(async () => (await endpoint.manage('GET', path)).body.state).toBe('disabled');
    receiver.reply = () => ({ status: 204 });
    const lines = linesOf(endpoint.output()).filter(({ event }) => event === 'webhook');
    expect(lines).toMatchObject([
      { level: 'warning', tenant: tenant.tenantId, state: 'disabled', reason: 'gone' },
    ]);
  });

  test.each([
    [{ url: 'https://127.0.0.1/' }, 'public'],
    [{ url: 'http://hooks.example.com' }, 'https'],
    [{ url: 'https://localhost/' }, 'public'],
    [{}, 'url'],
    [{ url: 'https://127.0.0.1/', types: ['User'] }, 'types'],
  ])('are refused: %j', async (body, detail) => {
    const answer = await endpoint.manage('POST', '/manage/webhooks', body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(detail);
  });

  test('are for operators alone', async () => {
    const { tenant, path } = await tenantWithWebhook();
    const keys = `/manage/tenants/${tenant.tenantId}/app-keys`;
    const { key } = (await endpoint.manage('POST', keys, { label: 'Desk', access: 'write' })).body;
    const address = endpoint.baseUrl + path.replace('/manage', '/api/v1');
    const answer = await fetch(address, { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(403);
    const other = await tenantWithWebhook();
    const crossed = `${other.list}/${path.split('/').at(-1)}`;
    expect((await endpoint.manage('GET', crossed)).status).toBe(404);
  });
});
