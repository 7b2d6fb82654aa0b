import { beforeAll, describe, expect, test } from 'vitest';
import { mintKey } from '../../lib/keys/key-format.ts';
import { type Answer, type Endpoint, scim, startEndpoint, type TenantAccess } from '../support/endpoint.ts';
import { clientOf, enterpriseUrn, patchBody, userBody } from './client.ts';

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await startEndpoint({ env: { MUSTER_LOG: 'warning' } });
  return () => endpoint.stop();
});

type Tenant = TenantAccess & { readonly tenantId: string };
type Row = Readonly<Record<string, unknown>>;

const tenantWith = (policy: object = {}) => endpoint.createTenant({ name: 'Audited', policy: { ...policy } });
const auditOf = ({ tenantId }: Tenant, query = '') =>
  endpoint.manage('GET', `/manage/tenants/${tenantId}/audit${query}`);
const runsOf = ({ tenantId }: Tenant, query = '') =>
  endpoint.manage('GET', `/manage/tenants/${tenantId}/runs${query}`);

/** Has the timer come by until runs count so many records of what clients did; yields them, the newest first. */
async function delivered(tenant: Tenant, number: number): Promise<readonly Row[]> {
  const fired = await endpoint.manage('POST', '/admin/functions/maintenance', {});
  expect(fired.status).toBe(202);
  const read = async () => byClients((await auditOf(tenant, '?limit=1000')).body.records);
  const counted = async () => (await read()).filter(({ run }) => run !== undefined).length;
  await expect.poll(counted, { timeout: 10_000 }).toBeGreaterThanOrEqual(number);
  const found = await read();
  expect(found).toHaveLength(number);
  return found;
}

const byClients = (records: readonly Row[]) =>
  records.filter(({ credential }) => credential !== 'management');

/** What a record must tell of a failed answer: the very words. */
const asAnswered = ({ body, status }: Answer) => ({
  status,
  detail: body.detail,
  ...(body.scimType && { scimType: body.scimType }),
});
const answerIn = ({ status, detail, scimType }: Row) => ({
  status,
  detail,
  ...(scimType ? { scimType } : {}),
});

describe('a write that is refused', () => {
  test('leaves a record with the detail that the client was answered, whatever the reason', async () => {
    const tenant = await tenantWith({ users: { required: ['title'] } });
    const client = clientOf(tenant);
    const { id } = await client.user('taken', { title: 'Dr.' });
    const refusals = [
      await client.post('/Users', userBody('TAKEN', { title: 'Dr.' })),
      await client.post('/Users', userBody('untitled')),
      await client.post('/Users', '{"not JSON'),
      await client.put(`/Users/${id}`, userBody('taken', { title: 'Dr.', active: 'perhaps' })),
      await client.patch(`/Users/${id}`, [{ op: 'add', path: 'shoeSize', value: 42 }]),
      await client.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: 'x' }], { 'if-match': 'W/"9"' }),
      await client.delete('/Users/nobody'),
      await client.post('/Nothing', {}),
      await client.put('/Users', {}),
      await client.send('POST', '/Users', 'text', { 'content-type': 'text/plain' }),
      await client.post('/Bulk', { schemas: [], Operations: [] }),
    ];
    expect(refusals.filter(({ status }) => status < 400)).toEqual([]);
    const found = (await delivered(tenant, 1 + refusals.length)).filter(
      ({ outcome }) => outcome === 'refused',
    );
    const told = found
      .map(answerIn)
      .map((row) => JSON.stringify(row))
      .sort();
    expect(told).toEqual(
      refusals
        .map(asAnswered)
        .map((row) => JSON.stringify(row))
        .sort(),
    );
    const [uniqueness] = found.filter(({ error }) => error === 'uniqueness');
    expect(uniqueness).toMatchObject({ operation: 'create', resourceType: 'User', attributes: [] });
    expect(uniqueness).not.toHaveProperty('resource');
    expect(found.filter(({ error }) => error === 'versionMismatch')).toMatchObject([
      { operation: 'modify', resourceType: 'User', resource: id },
    ]);
    expect(found.filter(({ fired }) => (fired as string[]).includes('required-attributes'))).toHaveLength(1);
    expect(found.map(({ operation }) => operation)).toContain('bulk');
  });

  test('names the request as the client and the log do', async () => {
    const tenant = await tenantWith();
    const name = '6F9619FF-8B86-D011-B42D-00C04FC964FF';
    await scim(tenant, 'DELETE', '/Users/nobody', undefined, { 'client-request-id': name });
    await scim(tenant, 'POST', '/Users', userBody('created'), { 'client-request-id': name });
    const found = await delivered(tenant, 2);
    for (const record of found) expect(record).toMatchObject({ clientRequestId: name.toLowerCase() });
    expect(new Set(found.map(({ requestId }) => requestId)).size).toBe(2);
  });

  test('of a bulk request leaves a record of each operation that failed', async () => {
    const tenant = await tenantWith();
    const client = clientOf(tenant);
    const { id } = await client.user('taken');
    const answer = await client.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'a', data: userBody('created') },
        { method: 'POST', path: '/Users', bulkId: 'b', data: userBody('taken') },
        {
          method: 'PATCH',
          path: `/Users/${id}`,
          data: patchBody([{ op: 'add', path: 'shoeSize', value: 42 }]),
        },
        { method: 'DELETE', path: '/Users/nobody' },
        {
          method: 'PATCH',
          path: '/Users/bulkId:b',
          data: patchBody([{ op: 'add', path: 'title', value: 'x' }]),
        },
        { method: 'constructor', path: '/Users' },
      ],
    });
    const failed = answer.body.Operations.filter((one: Row) => one.response);
    expect(failed).toHaveLength(5);
    const found = (await delivered(tenant, 7)).filter(({ outcome }) => outcome === 'refused');
    expect(found.map(({ detail }) => detail).sort()).toEqual(
      failed.map(({ response }: { response: Row }) => response.detail).sort(),
    );
    expect(found.map(({ operation, resource }) => `${operation} ${resource}`).sort()).toEqual(
      [`modify ${id}`, 'bulk undefined', 'create undefined', 'delete nobody', 'modify undefined'].sort(),
    );
  });
});

describe('a credential that is refused', () => {
  test('leaves one record for each reason, where the key is known', async () => {
    const tenant = await tenantWith();
    const [credential = ''] = tenant.token.slice('muster_'.length).split('_');
    const wrongPath = { ...tenant, tenantUrl: tenant.tenantUrl.replace('/scim/v2', '/scim') };
    const answers = [await scim(wrongPath, 'GET', '/Users'), await scim(wrongPath, 'GET', '/Users')];
    await endpoint.manage('DELETE', `/manage/tenants/${tenant.tenantId}/keys/${credential}`);
    answers.push(await scim(tenant, 'GET', '/Users'), await scim(tenant, 'POST', '/Users', userBody('late')));
    const unknown = mintKey((count) => Buffer.alloc(count, 7)).text;
    await scim({ ...tenant, token: unknown }, 'GET', '/Users');
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    const found = await delivered(tenant, 2);
    expect(found.map(({ reason }) => reason).sort()).toEqual(['revoked', 'wrongPath']);
    for (const record of found) {
      const answer = answers[record.reason === 'wrongPath' ? 0 : 2];
      expect(record).toMatchObject({
        ...asAnswered(answer as Answer),
        credential,
        error: 'unauthenticated',
      });
    }
  });
});

describe('B5: a client secret that the token endpoint refuses', () => {
  const [form, json] = ['application/x-www-form-urlencoded', 'application/json'];

  test.each([
    ['/oauth/token', form],
    ['/authenticate', json],
    ['/authenticate', form],
  ])('leaves a record with the answer that the client got (%s, %s)', async (path, type) => {
    const tenant = await tenantWith();
    const keys = `/manage/tenants/${tenant.tenantId}/keys`;
    const { id, clientId, clientSecret } = (await endpoint.manage('POST', keys, { kind: 'client' })).body;
    await endpoint.manage('DELETE', `${keys}/${id}`);
    const sent = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const ask = () =>
      fetch(endpoint.baseUrl + path, {
        method: 'POST',
        headers: { 'content-type': type, 'x-scim': 'true' },
        body: type === json ? JSON.stringify(sent) : `${new URLSearchParams(sent)}`,
      });
    const answers = [await ask(), await ask()];
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    const { error, error_description: detail } = JSON.parse(String(await answers[0]?.text()));
    const found = (await delivered(tenant, 1)).filter(({ outcome }) => outcome === 'refused');
    expect(found).toMatchObject([
      {
        operation: 'issue',
        resourceType: 'Token',
        credential: id,
        reason: 'revoked',
        status: 401,
        error,
        detail,
      },
    ]);
  });

  test('leaves none if the secret is wrong, as anyone could send it', async () => {
    const tenant = await tenantWith();
    const keys = `/manage/tenants/${tenant.tenantId}/keys`;
    const { clientId } = (await endpoint.manage('POST', keys, { kind: 'client' })).body;
    const sent = { grant_type: 'client_credentials', client_id: clientId, client_secret: 'muster_wrong' };
    const answer = await fetch(`${endpoint.baseUrl}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams(sent),
    });
    expect(answer.status).toBe(401);
    const { records } = (await endpoint.manage('GET', `/manage/tenants/${tenant.tenantId}/audit`)).body;
    expect(records.filter(({ outcome }: Row) => outcome === 'refused')).toEqual([]);
  });
});

describe('a request that changes nothing', () => {
  const send = async (tenant: Tenant) => {
    const client = clientOf(tenant);
    const { id } = await client.user('babs', { title: 'Dr.' });
    await client.patch(`/Users/${id}`, [{ op: 'Add', path: 'title', value: 'Dr.' }]);
    await client.get(`/Users/${id}`);
    await client.get('/Users/nobody');
    await client.get(`/Users?filter=${encodeURIComponent(`${enterpriseUrn}:manager eq "x"`)}`);
    await client.post('/Users/.search', { schemas: [], filter: 'userName eq' });
    return id;
  };

  test('leaves no record', async () => {
    const tenant = await tenantWith();
    await send(tenant);
    expect(await delivered(tenant, 1)).toMatchObject([{ operation: 'create' }]);
  });

  test('leaves one at level debug, with the quirks that it met', async () => {
    const tenant = await tenantWith({ audit: { level: 'debug' } });
    const id = await send(tenant);
    const found = await delivered(tenant, 6);
    const told = found.map(({ operation, outcome, resource, status }) => [
      operation,
      outcome,
      resource,
      status,
    ]);
    expect(told.reverse()).toEqual([
      ['create', 'done', id, undefined],
      ['modify', 'unchanged', id, 200],
      ['retrieve', 'done', id, 200],
      ['retrieve', 'refused', 'nobody', 404],
      ['query', 'done', undefined, 200],
      ['query', 'refused', undefined, 400],
    ]);
    const { runs } = (await runsOf(tenant)).body;
    expect(runs).toMatchObject([{ created: 1, unchanged: 1, reads: 4, refused: {}, state: 'open' }]);
  });
});

describe('the sync runs of a tenant', () => {
  test('are shown with what they count, and the last call', async () => {
    const tenant = await tenantWith({ accounts: { enabled: true }, licences: { seats: 1 } });
    const client = clientOf(tenant);
    const before = Date.now();
    await client.user('first');
    await client.user('second');
    await client.post('/Users', userBody('first'));
    await delivered(tenant, 5);
    const { status, body } = await runsOf(tenant);
    expect(status).toBe(200);
    expect(Date.parse(body.lastCall)).toBeGreaterThanOrEqual(before - 1);
    expect(body).not.toHaveProperty('next');
    expect(body.runs).toMatchObject([
      {
        ...{ state: 'open', created: 2, changed: 0, deleted: 0, accounts: 1 },
        ...{ held: { noLicence: 1 }, refused: { uniqueness: 1 }, beyondLicence: 0, notes: [] },
        details: [{ error: 'uniqueness', resourceType: 'User', detail: expect.stringContaining('userName') }],
      },
    ]);
    const [run] = body.runs;
    expect((await runsOf(tenant, `?credential=${run.credential}`)).body.runs).toEqual([run]);
    expect((await runsOf(tenant, '?credential=other')).body.runs).toEqual([]);
    const one = await endpoint.manage('GET', `/manage/tenants/${tenant.tenantId}/runs/${run.id}`);
    expect(one).toMatchObject({ status: 200, body: run });
    expect((await auditOf(tenant, `?run=${run.id}&outcome=noLicence`)).body.records).toMatchObject([
      { operation: 'hold', resourceType: 'Account', run: run.id, credential: run.credential },
    ]);
  });

  test('and records are paged', async () => {
    const tenant = await tenantWith();
    const client = clientOf(tenant);
    for (const name of ['a', 'b', 'c', 'd', 'e']) await client.user(name);
    const all = await delivered(tenant, 5);
    const pages: Row[] = [];
    let next: string | undefined = '';
    for (; next !== undefined; ) {
      const { body } = await auditOf(tenant, `?limit=2${next && `&after=${encodeURIComponent(next)}`}`);
      pages.push(...body.records);
      next = body.next;
    }
    expect(byClients(pages)).toEqual(all);
    expect(JSON.stringify(pages)).not.toContain(tenant.tenantId);
  });

  test.each([
    ['limit=0', 'Parameter limit is not valid'],
    ['from=yesterday', 'it must be a time such as 2026-01-31T12:00:00Z'],
    ['colour=red', 'colour'],
    ['after=%2F', 'it must be `next` of the page before'],
  ])('cannot be asked for with %s', async (query, advice) => {
    const tenant = await tenantWith();
    for (const read of [auditOf, runsOf]) {
      const { status, body } = await read(tenant, `?${query}`);
      expect({ status, detail: body.detail }).toEqual({
        status: 400,
        detail: expect.stringContaining(advice),
      });
    }
  });

  test('are 404 where there is no such tenant, or run', async () => {
    const tenant = await tenantWith();
    const nobody = { ...tenant, tenantId: 'nobody' };
    const answers = [
      await auditOf(nobody),
      await runsOf(nobody),
      await endpoint.manage('GET', `/manage/tenants/${tenant.tenantId}/runs/run:1:key`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });
});
