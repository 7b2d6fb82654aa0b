import { expect, test } from 'vitest';
import { provision } from '../../tools/entra/provision.ts';
import { scim } from '../support/endpoint.ts';
import { shareEndpoint } from '../support/shared-endpoint.ts';

const silent = { start: () => {}, advance: () => {}, finish: () => {} };

test('C11: npm run entra plays a tenant without groups, and leaves it as it was', async () => {
  const endpoint = await shareEndpoint();
  const tenant = await endpoint.createTenant({
    name: 'No groups',
    profile: 'entra',
    policy: { endpoint: { groups: false } },
  });
  expect((await scim(tenant, 'GET', '/Groups')).status).toBe(404);
  const size = {
    users: 15,
    groups: 0,
    seed: 1,
    concurrency: 8,
    timeoutMs: 60_000,
    json: false,
    clean: true,
  };
  for (const flag of ['default', 'aadOptscim062020'] as const) {
    const { deviations, isConnected } = await provision({ ...size, ...tenant, flag }, silent);
    expect([isConnected, deviations]).toEqual([true, []]);
    expect((await scim(tenant, 'GET', '/Users')).body.totalResults).toBe(0);
  }
});
