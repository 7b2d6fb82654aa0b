import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { textOfData } from '../support/engine.ts';
import { type Client, clientOf, patchBody, userBody } from './client.ts';

let endpoint: Endpoint;
let client: Client;
const data = mkdtempSync(join(tmpdir(), 'muster-password-'));

beforeAll(async () => {
  endpoint = await startEndpoint({ data, env: { MUSTER_LOG: 'debug' } });
  client = clientOf(await endpoint.createTenant({ name: 'Passwords', profile: 'okta' }));
});
afterAll(async () => {
  await endpoint.kill();
  rmSync(data, { recursive: true, force: true });
});

const versionOf = async (id: string) => (await client.get(`/Users/${id}`)).body.meta.version;
const setPassword = (id: string, value: unknown) =>
  client.patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value }]);

describe('password', () => {
  test('is told to be changeable', async () => {
    const { body } = await client.get('/ServiceProviderConfig');
    expect(body.changePassword).toEqual({ supported: true });
  });

  test('that is equal keeps the version, and another one changes it, by PUT and by PATCH', async () => {
    const body = userBody('version', { password: 'Sesame-1' });
    const { id, meta } = (await client.post('/Users', body)).body;
    expect((await client.put(`/Users/${id}`, body)).body.meta.version).toBe(meta.version);
    expect((await setPassword(id, 'Sesame-1')).body.meta.version).toBe(meta.version);
    const replaced = await client.put(`/Users/${id}`, userBody('version', { password: 'Sesame-2' }));
    expect(replaced.body.meta.version).not.toBe(meta.version);
    const patched = await setPassword(id, 'Sesame-3');
    expect(patched.body.meta.version).not.toBe(replaced.body.meta.version);
  });

  test('survives a PUT that does not name it, and another change of the user', async () => {
    const { id } = await client.user('survives', { password: 'Sesame-1' });
    await client.put(`/Users/${id}`, userBody('survives', { title: 'Dr' }));
    await client.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: 'Prof' }]);
    const version = await versionOf(id);
    expect((await setPassword(id, 'Sesame-1')).body.meta.version).toBe(version);
  });

  test('can be removed', async () => {
    const { id } = await client.user('removed', { password: 'Sesame-1' });
    await client.patch(`/Users/${id}`, [{ op: 'remove', path: 'password' }]);
    const version = await versionOf(id);
    expect((await setPassword(id, 'Sesame-1')).body.meta.version).not.toBe(version);
  });

  test.each(['password eq "Sesame-1"', 'password pr', 'not (password sw "S")'])(
    'cannot be searched for: %s',
    async (filter) => {
      const answer = await client.get(`/Users?filter=${encodeURIComponent(filter)}`);
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } });
    },
  );

  test('is not returned when it is asked for', async () => {
    const { id } = await client.user('asked', { password: 'Sesame-1' });
    const { body } = await client.get(`/Users/${id}?attributes=password,userName`);
    expect(body).not.toHaveProperty('password');
  });

  test.each([[''], [{ clear: 'Sesame-1' }]])('of %o is answered 400', async (password) => {
    const answer = await client.post('/Users', userBody('x', { password }));
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  });

  test('never reaches a response, the data or the log in clear text', async () => {
    const canary = 'Canary-f00d-in-the-mine';
    const { id } = await client.user('canary', { password: `${canary}-1` });
    const answers = [
      await client.put(`/Users/${id}`, userBody('canary', { password: `${canary}-2` })),
      await setPassword(id, `${canary}-3`),
      await client.patch(`/Users/${id}`, [{ op: 'replace', value: { password: `${canary}-4` } }]),
      await client.post('/Users', userBody('canary', { password: `${canary}-5` })),
      await client.post('/Users', userBody('', { password: `${canary}-6` })),
      await setPassword(id, { clear: `${canary}-7` }),
      await client.get(`/Users?filter=${encodeURIComponent(`password eq "${canary}-8"`)}`),
      await client.post('/Bulk', bulk(id, canary)),
      await client.delete(`/Users/${id}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 409, 400, 400, 400, 200, 204]);
    for (const { body, headers } of answers) {
      expect(JSON.stringify([body ?? null, [...headers]])).not.toContain(canary);
    }
    expect(endpoint.output()).not.toContain(canary);
    const kept = await textOfData(data);
    expect(kept).not.toContain(canary);
    expect(kept).toContain('$scrypt$n=16384');
  });
});

function bulk(id: string, canary: string): object {
  const patch = patchBody([{ op: 'replace', path: 'password', value: `${canary}-9` }]);
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      {
        method: 'POST',
        path: '/Users',
        bulkId: 'a',
        data: userBody('bulk.canary', { password: `${canary}-0` }),
      },
      { method: 'PATCH', path: `/Users/${id}`, data: patch },
      { method: 'PUT', path: `/Users/${id}`, data: userBody('', { password: `${canary}-a` }) },
    ],
  };
}
