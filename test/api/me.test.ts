import { beforeAll, describe, expect, test } from 'vitest';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Client, clientOf, errorUrn, userBody } from './client.ts';

let endpoint: SharedEndpoint;
let tenantUrl: string;
let tenantId: string;
let client: Client;

beforeAll(async () => {
  endpoint = await shareEndpoint();
  const policy = { keys: { activeMax: 10 } };
  const tenant = await endpoint.createTenant({ name: 'Me', profile: 'okta', policy });
  ({ tenantUrl, tenantId } = tenant);
  client = clientOf(tenant);
});

const issue = (input: object) => endpoint.manage('POST', `/manage/tenants/${tenantId}/keys`, input);

/** A client whose key acts for a new user. */
async function actingFor(userName: string): Promise<{ me: Client; id: string; location: string }> {
  const { id } = await client.user(userName);
  const { body } = await issue({ subject: id });
  await endpoint.manage('GET', `/manage/tenants/${tenantId}/keys`);
  return {
    me: clientOf({ tenantUrl, token: body.key }),
    id,
    location: `${tenantUrl}/Users/${id}`,
  };
}

async function revokeSpareKeys(): Promise<void> {
  const { body } = await endpoint.manage('GET', `/manage/tenants/${tenantId}/keys`);
  for (const { id, subject } of body.keys) {
    if (subject) await endpoint.manage('DELETE', `/manage/tenants/${tenantId}/keys/${id}`);
  }
}

describe('/Me of a key without a subject', () => {
  test.each([
    ['GET', undefined],
    ['HEAD', undefined],
    ['POST', userBody('me')],
    ['PUT', userBody('me')],
    ['PATCH', {}],
    ['DELETE', undefined],
  ])('%s is answered 501', async (method, body) => {
    const answer = await client.send(method, '/Me', body);
    expect(answer.status).toBe(501);
    if (method !== 'HEAD') expect(answer.body).toMatchObject({ schemas: [errorUrn], status: '501' });
  });
});

describe('/Me of a key that acts for a user', () => {
  test('GET, PUT and PATCH answer as the user does, with its Location', async () => {
    const { me, id, location } = await actingFor('ada');
    const retrieved = await me.get('/Me');
    expect(retrieved).toMatchObject({ status: 200, body: { id, userName: 'ada', meta: { location } } });
    expect(retrieved.body).toEqual((await me.get(`/Users/${id}`)).body);

    const replaced = await me.put('/Me', userBody('ada', { title: 'Countess' }));
    expect(replaced).toMatchObject({ status: 200, body: { id, title: 'Countess' } });
    const modified = await me.patch('/Me', [{ op: 'replace', path: 'title', value: 'Dr' }]);
    expect(modified).toMatchObject({ status: 200, body: { id, title: 'Dr' } });
    for (const { headers } of [retrieved, replaced, modified]) expect(headers.get('location')).toBe(location);
    expect((await me.head('/Me')).headers.get('location')).toBe(location);
    await revokeSpareKeys();
  });

  test('DELETE deletes the user, and every response has its Location, failures too', async () => {
    const { me, id, location } = await actingFor('grace');
    const { body, headers } = await me.get('/Me');
    expect(headers.get('etag')).toBe(body.meta.version);
    const answers = [
      await me.get('/Me', { 'if-none-match': body.meta.version }),
      await me.put('/Me', userBody('grace'), { 'if-match': 'W/"99"' }),
      await me.patch('/Me', [{ op: 'nonsense' }]),
      await me.delete('/Me'),
      await me.get('/Me'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([304, 412, 400, 204, 404]);
    expect(answers.map((answer) => answer.headers.get('location'))).toEqual(answers.map(() => location));
    expect((await client.get(`/Users/${id}`)).status).toBe(404);
    await revokeSpareKeys();
  });

  test('POST is answered 501, since that user exists', async () => {
    const { me } = await actingFor('edsger');
    expect(await me.post('/Me', userBody('other'))).toMatchObject({ status: 501 });
    await revokeSpareKeys();
  });
});

describe('POST /manage/tenants/{id}/keys', () => {
  test('keeps the subject and lists it with the key', async () => {
    const { body } = await issue({ subject: 'someone', label: 'acts' });
    const listed = await endpoint.manage('GET', `/manage/tenants/${tenantId}/keys`);
    expect(listed.body.keys.find(({ id }: { id: string }) => id === body.id)).toMatchObject({
      subject: 'someone',
      label: 'acts',
    });
    await revokeSpareKeys();
  });

  test.each(['', 'a b', '../x', 'x'.repeat(65), 7])('refuses the subject %o', async (subject) => {
    expect(await issue({ subject })).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  });
});
