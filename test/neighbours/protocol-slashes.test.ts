import { describe, expect, test } from 'vitest';
import { bulkBody, groupBody, patchBody, userBody, userUrn } from '../api/client.ts';
import { scim } from '../support/endpoint.ts';
import type { Profile } from './profiles.ts';
import { inBulk, inAll as inEvery, stageOfFile, type Tenant, told } from './protocol-stage.ts';

/** No leniency is at stake, so some profiles stand for all. */
const among: readonly Profile[] = ['rfc', 'interop', 'generic', 'entra'];
const inAll = <T>(outcome: T) => inEvery(outcome, {}, among);

const hosts = [
  ['the local host', {}],
  ['the local host that routes as the real one', { asRealHost: true }],
] as const;

/** Paths that a client makes by joining a base with "/" and parts with "/", and what they name. */
const read: readonly (readonly [string, string])[] = [
  ['//ServiceProviderConfig', '/ServiceProviderConfig'],
  ['/ServiceProviderConfig/', '/ServiceProviderConfig'],
  ['/ResourceTypes/', '/ResourceTypes'],
  ['/ResourceTypes//User/', '/ResourceTypes/User'],
  [`//Schemas//${userUrn}//`, `/Schemas/${userUrn}`],
  ['///Users///', '/Users'],
  ['/Users/?count=1', '/Users?count=1'],
  ['//Users/?filter=userName%20sw%20%22ann%22', '/Users?filter=userName%20sw%20%22ann%22'],
  ['/Users//?attributes=userName', '/Users?attributes=userName'],
  ['/Groups/', '/Groups'],
  ['/Groups//?excludedAttributes=members', '/Groups?excludedAttributes=members'],
  ['/Users/{ann}/?attributes=emails', '/Users/{ann}?attributes=emails'],
  ['//Users//{ann}//', '/Users/{ann}'],
  ['/Groups//{team}/', '/Groups/{team}'],
];

describe.each(hosts)('A7 on %s', (_, options) => {
  const stage = stageOfFile({}, { ...options, among });
  const filled = ({ ann, team }: Tenant, path: string) =>
    path.replace('{ann}', ann.id).replace('{team}', team.id);

  test.each(read)('GET %s is GET %s', async (doubled, single) => {
    const answers = await stage.inEach(async (tenant) => {
      const [odd, even] = await Promise.all(
        [doubled, single].map((path) => tenant.get(filled(tenant, path))),
      );
      expect(odd?.body).toEqual(even?.body);
      return told(odd as never);
    });
    expect(answers).toEqual(inAll('200'));
  });

  test.each([
    ['/Users/', '/Users/{id}/'],
    ['//Users', '//Users/{id}'],
    ['/Users//', '/Users//{id}'],
    ['//Users//', '//Users//{id}//'],
  ])('A user lives and dies at %s and %s', async (list, one) => {
    const answers = await stage.inEach(async (tenant) => {
      const userName = `bo-${crypto.randomUUID()}@example.com`;
      const made = await tenant.post(list, userBody(userName));
      const path = one.replace('{id}', made.body.id);
      const plain = `/Users/${made.body.id}`;
      const location = [made.headers.get('location') === `${tenant.tenantUrl}${plain}`];
      const seen = [
        await tenant.put(path, userBody(userName, { title: 'A' })),
        await tenant.patch(path, [{ op: 'replace', path: 'title', value: 'B' }]),
        await tenant.head(path),
        await tenant.delete(path),
        await tenant.get(plain),
        await tenant.delete(path),
      ].map(told);
      return [told(made), ...location, ...seen].join(' ');
    });
    expect(answers).toEqual({
      ...inAll('201 true 200 200 200 204 404 404'),
      // Entra ID's profile answers a PATCH without a body.
      entra: '201 true 200 204 200 204 404 404',
    });
  });

  test('A group loses its member and itself by paths with slashes', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const made = await tenant.post('//Groups/', groupBody(crypto.randomUUID(), [tenant.ann.id]));
      const path = `//Groups/${made.body.id}/`;
      const remove = { op: 'remove', path: `members[value eq "${tenant.ann.id}"]` };
      const patched = told(await tenant.patch(path, [remove])).replace('204', '200');
      const { members = [] } = (await tenant.get(path)).body;
      return [patched, members.length, told(await tenant.delete(path)), told(await tenant.get(path))].join(
        ' ',
      );
    });
    expect(answers).toEqual(inAll('200 0 204 404'));
  });

  test.each(['/Users/.search/', '//Users//.search', '/.search/', '//.search'])('POST %s', async (path) => {
    const filter = 'userName eq "ann@example.com"';
    const answers = await stage.inEach(async (tenant) => {
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];
      return (await tenant.post(path, { schemas, filter })).body.totalResults;
    });
    expect(answers).toEqual(inAll(1));
  });

  test('Me with a slash is as Me', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const [odd, even] = [await tenant.get('//Me/'), await tenant.get('/Me')];
      return odd.status === even.status && odd.body?.detail === even.body?.detail;
    });
    expect(answers).toEqual(inAll(true));
  });

  test.each(['/Bulk/', '//Bulk'])('POST %s with slashes inside', async (bulk) => {
    const answers = await stage.inEach(async (tenant) => {
      const userName = `bo-${crypto.randomUUID()}@example.com`;
      const { body } = await tenant.post(
        bulk,
        bulkBody([{ method: 'POST', path: '//Users/', bulkId: 'u', data: userBody(userName) }]),
      );
      const id = body.Operations[0].location.split('/').at(-1);
      const data = patchBody([{ op: 'replace', path: 'title', value: 'B' }]);
      return [
        body.Operations[0].status,
        told(await inBulk(tenant, { method: 'PATCH', path: `/Users/${id}/`, data })),
        told(await inBulk(tenant, { method: 'PUT', path: `/Users//${id}`, data: userBody(userName) })),
        told(await inBulk(tenant, { method: 'DELETE', path: `//Users/${id}//` })),
        told(await tenant.get(`/Users/${id}`)),
      ].join(' ');
    });
    expect(answers).toEqual(inAll('201 200 200 204 404'));
  });

  test('A path that names nothing stays so, and a slash opens nothing', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const unknown = await Promise.all(
        ['/', '/Users/..', '/Nothing/', `/Users/${tenant.ann.id}/emails/`, '/Users/%2F/'].map(async (path) =>
          told(await tenant.get(path)),
        ),
      );
      const stranger = await scim({ ...tenant, token: 'muster_x' }, 'GET', '//Users/');
      return [...unknown, told(stranger)].join(' ');
    });
    expect(answers).toEqual(inAll('404 404 404 404 404 401'));
  });

  test('A doubled slash inside the Tenant URL means nothing either', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const tenantUrl = tenant.tenantUrl.replace('/scim/v2', '/scim//v2/');
      return told(await scim({ ...tenant, tenantUrl }, 'GET', `/Users/${tenant.ann.id}`));
    });
    expect(answers).toEqual(inAll('200'));
  });
});
