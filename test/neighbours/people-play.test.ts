import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createProgress } from '../../tools/client/progress.ts';
import type { Options } from '../../tools/entra/options.ts';
import { provision } from '../../tools/entra/provision.ts';
import { type Customer, openPeopleSite } from './people-site.ts';

const site = openPeopleSite();

/** Plays Entra ID on a tenant. */
async function play({ access }: Customer, options: Partial<Options>) {
  const whole: Options = {
    ...{ users: 2, groups: 1, flag: 'default', seed: 1, concurrency: 4, timeoutMs: 60_000, json: false },
    ...{ tenantUrl: access.tenantUrl, token: access.token },
    ...options,
  };
  return provision(whole, createProgress(new PassThrough() as unknown as NodeJS.WriteStream));
}

const namesIn = async (customer: Customer, path: string): Promise<readonly string[]> => {
  const { status, body } = await customer.get(`${path}?count=1000`);
  if (status === 404) return [];
  return body.Resources.map(
    (one: { userName?: string; displayName: string }) => one.userName ?? one.displayName,
  );
};

describe('C11: npm run entra leaves nothing behind, with and without groups', () => {
  test.each<[string, Partial<Options>, endpoint: object]>([
    ['no groups', { groups: 0, clean: true }, { groups: false }],
    ['no groups and the flag', { groups: 0, clean: true, flag: 'aadOptscim062020' }, { groups: false }],
    ['no groups and the profile generic', { groups: 0, clean: true }, { groups: false, profile: 'generic' }],
    ['groups and the flag', { clean: true, flag: 'aadOptscim062020' }, {}],
    ['more groups than users', { groups: 3, clean: true }, {}],
    [
      'one user, at another path',
      { users: 1, seed: 9, concurrency: 1, clean: true },
      { path: '/api/scim/v2' },
    ],
  ])('with %s', async (_, options, endpoint) => {
    const customer = await site.customer({ endpoint: { profile: 'entra', ...endpoint } });
    const report = await play(customer, options);
    expect(report.deviations).toEqual([]);
    expect([await namesIn(customer, '/Users'), await namesIn(customer, '/Groups')]).toEqual([[], []]);
    const asked = report.requests.map((row: object) => JSON.stringify(row)).join('\n');
    if (options.groups === 0) expect(asked).not.toContain('Groups');
  });

  test('it deletes only what the run created, and what others made stays', async () => {
    const customer = await site.customer({ endpoint: { profile: 'entra' } });
    const other = await customer.user('other');
    const group = await customer.group('Others', [other.id]);
    await play(customer, { users: 3 });
    const before = (await namesIn(customer, '/Users')).length;
    await play(customer, { users: 4, groups: 2, clean: true });
    const left = await namesIn(customer, '/Users');
    expect(left).toContain('other');
    // What the first run made is found by the second one, which may delete users as Entra ID does, but not to clean up.
    expect(left.length).toBeGreaterThan(1);
    expect(left.length).toBeLessThanOrEqual(before);
    expect((await customer.get(`/Groups/${group.id}`)).body.members).toMatchObject([{ value: other.id }]);
  });

  test('twice in a row it does the same', async () => {
    const customer = await site.customer({ endpoint: { profile: 'entra' } });
    for (const _ of ['once', 'twice']) expect((await play(customer, { clean: true })).deviations).toEqual([]);
    expect(await namesIn(customer, '/Users')).toEqual([]);
  });
});
