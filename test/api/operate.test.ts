import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  claimsAt,
  entraTenant,
  type Issuer,
  makeKey,
  type SigningKey,
  signClaims,
  startIssuer,
} from '../auth/issuer.ts';
import { type Endpoint, scim, startEndpoint } from '../support/endpoint.ts';
import { linesOf } from '../support/log-lines.ts';
import { shareEndpoint } from '../support/shared-endpoint.ts';

const application = 'b5ba7a93-4452-4522-aeb4-a2b5da870c16';
const person = '6f1c4a30-97de-4a3c-9a51-0c6d1d5f2b11';

let issuer: Issuer;
let signer: SigningKey;
let endpoint: Endpoint;

beforeAll(async () => {
  issuer = await startIssuer();
  signer = await makeKey('entra-1');
  issuer.publish(signer);
  endpoint = await startEndpoint({
    env: {
      MUSTER_LOG: 'information',
      OPERATOR_AUTHORITY: `http://${issuer.host}`,
      OPERATOR_TENANT_ID: entraTenant.toUpperCase(),
      OPERATOR_APP_ID: application,
    },
  });
});
afterAll(async () => {
  await endpoint?.stop();
  await issuer.stop();
});

/** A token as Entra ID issues it to somebody with the role. */
function tokenWith(changes: object = {}, key = signer): Promise<string> {
  const claims = { iss: `http://${issuer.host}/${entraTenant}/v2.0`, aud: application, oid: person };
  return signClaims(key, claimsAt(Date.now(), { ...claims, roles: ['Muster.Manage'], ...changes }));
}

async function operate(token: string | undefined, method: string, path: string, body?: unknown) {
  const response = await fetch(`${endpoint.baseUrl}/operate${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

describe('an operator with a token of Entra ID', () => {
  test('does all that the function key opens, and is named in the records', async () => {
    const token = await tokenWith();
    const created = await operate(token, 'POST', '/tenants', { name: 'By token' });
    expect(created.status).toBe(201);
    const { id, identifier, tenantUrl } = created.body;
    const issued = await operate(token, 'POST', `/tenants/${id}/keys`, { label: 'Entra' });
    expect((await scim({ tenantUrl, token: issued.body.key }, 'GET', '/Users')).status).toBe(200);
    const { keys } = (await operate(token, 'GET', `/tenants/${id}/keys`)).body;
    expect(keys).toMatchObject([{ label: 'Entra', issuer: `entra:${person}` }]);

    await endpoint.manage('POST', '/admin/functions/maintenance', {});
    const records = async () =>
      (await operate(token, 'GET', `/tenants/${id}/audit?credential=entra:${person}`)).body.records;
    await expect.poll(records).toMatchObject([{ operation: 'issue', resource: issued.body.id }]);
    expect((await operate(token, 'GET', `/tenants/${id}/runs`)).body.runs).toEqual([]);
    expect((await operate(token, 'DELETE', `/tenants/${id}?confirm=${identifier}`)).status).toBe(204);
  });

  test('is told of paths that there are not, and of methods', async () => {
    const token = await tokenWith();
    expect((await operate(token, 'GET', '/elsewhere')).status).toBe(404);
    expect(await operate(token, 'PUT', '/tenants')).toMatchObject({ status: 405 });
    expect((await operate(token, 'POST', '/tenants', { name: '' })).status).toBe(400);
  });

  test('is refused without the role, which is named', async () => {
    for (const roles of [undefined, [], ['muster.manage'], 'Muster.Manage']) {
      const answer = await operate(await tokenWith({ roles }), 'GET', '/tenants');
      expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining('Muster.Manage')]);
    }
  });

  test.each<[string, string, (() => Promise<string>) | undefined]>([
    ['no token', 'missing', undefined],
    ['a bearer key', 'malformed', async () => endpoint.token],
    ['a token for another application', 'untrusted', () => tokenWith({ aud: `api://${application}` })],
    ['a token of another tenant', 'untrusted', () => tokenWith({ tid: person })],
    [
      'a token of another issuer',
      'untrusted',
      () => tokenWith({ iss: 'https://login.microsoftonline.com/x/v2.0' }),
    ],
    ['a token that has ended', 'expired', () => tokenWith({ exp: Math.floor(Date.now() / 1000) - 1 })],
    [
      'a token of a foreign hand',
      'signature',
      async () => tokenWith({}, { ...(await makeKey('x')), id: 'entra-1' }),
    ],
    ['a token with an unknown key', 'keyUnknown', async () => tokenWith({}, await makeKey('entra-2'))],
  ])('is refused with %s', async (_, reason, token) => {
    const answer = await operate(await token?.(), 'GET', '/tenants');
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const requestId = answer.headers.get('request-id');
    const line = () =>
      linesOf(endpoint.output()).find((one) => one.event === 'refused' && one.requestId === requestId);
    await expect.poll(line).toMatchObject({ reason, at: 'operate' });
    expect(JSON.stringify(line())).not.toContain(person);
  });

  test('opens no SCIM endpoint', async () => {
    const answer = await scim({ tenantUrl: endpoint.tenantUrl, token: await tokenWith() }, 'GET', '/Users');
    expect(answer.status).toBe(401);
  });
});

test('there is nothing at /operate unless the deployment names an application', async () => {
  const plain = await shareEndpoint();
  const answer = await fetch(`${plain.baseUrl}/operate/tenants`, {
    headers: { authorization: `Bearer ${await tokenWith()}` },
  });
  expect(answer.status).toBe(404);
});
