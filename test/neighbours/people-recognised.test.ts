import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import { groupBody, groupUrn, userBody, userUrn } from '../api/client.ts';
import { type Answer, scim } from '../support/endpoint.ts';
import { linesOf } from '../support/log-lines.ts';
import { type Customer, openPeopleSite } from './people-site.ts';

const site = openPeopleSite();

const at = (profile: string) => site.customer({ endpoint: { profile } });
const clientsOf = async (
  customer: Customer,
): Promise<readonly { client: string; fits: boolean; advice?: string }[]> =>
  (await customer.manage('GET', '/status')).body.clients;
const linesAbout = ({ tenantId }: Customer) =>
  linesOf(site.endpoint().output()).filter(({ event, tenant }) => event === 'client' && tenant === tenantId);

/** Requests that only one client sends. */
const shows: Readonly<
  Record<string, readonly (readonly [string, (customer: Customer) => Promise<Answer>])[]>
> = {
  okta: [
    ['User-Agent', (customer) => customer.get('/Users', { 'user-agent': 'Okta SCIM Client 1.0.0' })],
    [
      'User-Agent of another version',
      (customer) => customer.get('/Users', { 'user-agent': 'Okta SCIM Client 2.1' }),
    ],
    [
      'User-Agent of a request that is refused',
      (customer) => customer.post('/Users', '{', { 'user-agent': 'Okta SCIM Client 1.0.0' }),
    ],
    [
      'a group name',
      async (customer) => {
        const { id } = await customer.group(randomUUID());
        return customer.patch(`/Groups/${id}`, [{ op: 'replace', value: { id, displayName: randomUUID() } }]);
      },
    ],
    [
      'an externalId and groups',
      (customer) =>
        customer.post('/Users', userBody('a', { externalId: '00ujl29u0le5T6Aj10h7', groups: [] })),
    ],
  ],
  entra: [
    ['the flag', (customer) => customer.get('/Users?aadOptscim062020')],
    ['the flag beside a filter', (customer) => customer.get('/Users?count=1&aadOptscim062020=')],
    [
      'operation names',
      async (customer) => {
        const { id } = await customer.user(randomUUID());
        return customer.patch(`/Users/${id}`, [{ op: 'Replace', path: 'title', value: 'T' }]);
      },
    ],
    [
      'the schema of a group',
      (customer) =>
        customer.post('/Groups', {
          ...groupBody('Sales'),
          schemas: [groupUrn, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
        }),
    ],
    [
      'the enterprise schema without its colon',
      (customer) =>
        customer.post('/Users', {
          ...userBody('a'),
          schemas: [userUrn, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User'],
        }),
    ],
    [
      'a role',
      (customer) =>
        customer.post(
          '/Users',
          userBody('a', { roles: [{ type: 'WindowsAzureActiveDirectoryRole', value: 'A' }] }),
        ),
    ],
    [
      'a reference',
      (customer) => customer.get('/Users?filter=id%20eq%20%22x%22%20and%20manager%20eq%20%22y%22'),
    ],
    [
      'a reference reversed',
      (customer) => customer.get('/Groups?filter=members%20eq%20%22x%22%20and%20id%20eq%20%22y%22'),
    ],
  ],
  onelogin: [
    ['User-Agent', (customer) => customer.get('/Users', { 'user-agent': 'OneLogin SCIM Provisioner/2.0' })],
  ],
  authentik: [
    ['User-Agent', (customer) => customer.get('/Users', { 'user-agent': 'authentik@2025.10' })],
    ['a filter', (customer) => customer.get('/Users?filter=userName%20eq%20ann')],
    [
      'a whole value',
      async (customer) => {
        const { id } = await customer.user(randomUUID());
        return customer.patch(`/Users/${id}`, [{ op: 'replace', value: { ...userBody('a'), id } }]);
      },
    ],
  ],
};
const signs = Object.entries(shows).flatMap(([client, requests]) =>
  requests.map(([name, send]) => [client, name, send] as const),
);

describe('C5: the client is recognised from its requests', () => {
  test.each(signs)('%s by %s', async (client, _, send) => {
    const other = client === 'okta' ? 'entra' : 'okta';
    const customer = await at(other);
    for (const _ of ['once', 'twice']) expect((await send(customer)).status).toBeLessThan(500);
    await expect
      .poll(() => clientsOf(customer), { interval: 10 })
      .toEqual([expect.objectContaining({ client, fits: false, advice: expect.stringContaining(client) })]);
    expect(linesAbout(customer)).toMatchObject([{ level: 'warning', client, profile: other }]);
    expect(await customer.records('operation=recognise')).toEqual([
      expect.objectContaining({ detail: expect.stringContaining(client) }),
    ]);
  });

  test('and fits its own profile and generic, where only the status has it', async () => {
    for (const [client, [first]] of Object.entries(shows)) {
      for (const profile of [client, 'generic']) {
        const customer = await at(profile);
        await first?.[1](customer);
        await expect
          .poll(() => clientsOf(customer), { interval: 10 })
          .toMatchObject([{ client, fits: true }]);
        expect(linesAbout(customer)).toEqual([]);
        expect(await customer.records('operation=recognise')).toEqual([]);
      }
    }
  });

  test('and fits none but its own, so that all others are told', async () => {
    for (const profile of clientProfiles.filter((name) => name !== 'generic' && name !== 'okta')) {
      const customer = await at(profile);
      await customer.get('/Users', { 'user-agent': 'Okta SCIM Client 1.0.0' });
      await expect
        .poll(() => clientsOf(customer), { interval: 10 })
        .toMatchObject([{ client: 'okta', fits: false }]);
    }
  });

  test.each<[string, (customer: Customer) => Promise<Answer>]>([
    [
      'a refused key',
      ({ access }) => scim({ ...access, token: 'muster_x_y' }, 'GET', '/Users?aadOptscim062020'),
    ],
    [
      'another User-Agent',
      (customer) => customer.get('/Users', { 'user-agent': 'python-httpx/0.27 Okta SCIM Client' }),
    ],
    ['no User-Agent', (customer) => customer.get('/Users', { 'user-agent': '' })],
    [
      'small letters',
      async (customer) =>
        customer.patch(`/Users/${(await customer.user('a')).id}`, [
          { op: 'replace', path: 'title', value: 'T' },
        ]),
    ],
    ['a filter as the RFC has it', (customer) => customer.get('/Users?filter=userName%20eq%20%22ann%22')],
    [
      'an externalId of another form',
      (customer) => customer.post('/Users', userBody('a', { externalId: '00x', groups: [] })),
    ],
    [
      'another role',
      (customer) => customer.post('/Users', userBody('a', { roles: [{ type: 'work', value: 'A' }] })),
    ],
    ['a flag in a value', (customer) => customer.get('/Users?filter=userName%20eq%20%22aadOptscim062020%22')],
  ])('but not from %s', async (_, send) => {
    const customer = await at('google');
    await send(customer);
    await customer.get('/Users', { 'user-agent': 'OneLogin SCIM Provisioner/2.0' });
    await expect.poll(() => clientsOf(customer), { interval: 10 }).toMatchObject([{ client: 'onelogin' }]);
  });

  test('of one tenant only, until the profile is set as the command line says', async () => {
    const [customer, other] = [await at('entra'), await at('entra')];
    await customer.get('/Users', { 'user-agent': 'Okta SCIM Client 1.0.0' });
    await customer.get('/Users', { 'user-agent': 'authentik@2025.10' });
    await expect.poll(() => clientsOf(customer), { interval: 10 }).toHaveLength(2);
    expect(await clientsOf(other)).toEqual([]);
    const { code, stdout, stderr } = await site.run(`status ${customer.tenantId}`);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/Okta/);
    const [, setting = ''] = /(--set endpoint\.profile=okta)/.exec(stdout + stderr) ?? [];
    expect(setting, stdout).not.toBe('');
    expect((await site.run(`tenants edit ${customer.tenantId} ${setting}`)).code).toBe(0);
    expect(await clientsOf(customer)).toEqual([]);
    await customer.get('/Users', { 'user-agent': 'Okta SCIM Client 1.0.0' });
    await expect
      .poll(() => clientsOf(customer), { interval: 10 })
      .toMatchObject([{ client: 'okta', fits: true }]);
    const again = await site.run(`status ${customer.tenantId}`);
    expect(again.stdout + again.stderr).not.toContain('--set endpoint.profile');
  });

  test('the option --profile sets it, over the preset and the file, but not over --set', async () => {
    const profileOf = async (line: string) => {
      const { code, stdout, stderr } = await site.run(`${line} --json`);
      expect(code, stderr).toBe(0);
      const { policy, id } = JSON.parse(stdout);
      return [policy.endpoint.profile, id];
    };
    const [preset, id] = await profileOf(
      `tenants create --name ${randomUUID()} --preset sguard --profile okta`,
    );
    const [edited] = await profileOf(`tenants edit ${id} --profile generic`);
    const [single] = await profileOf(`tenants edit ${id} --profile rfc --set endpoint.profile=google`);
    expect([preset, edited, single]).toEqual(['okta', 'generic', 'google']);
    const wrong = await site.run(`tenants edit ${id} --profile azure`);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('entra')]);
  });
});
