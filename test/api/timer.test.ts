import { beforeAll, expect, test } from 'vitest';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { clientOf } from './client.ts';

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

interface Run {
  readonly event: string;
  readonly done: Readonly<Record<string, number>>;
  readonly failures: number;
}

/** Fires the timer by the host's admin route, and waits for the line that each run leaves. */
async function fire(times = 1): Promise<readonly Run[]> {
  const before = runs().length;
  for (let n = 0; n < times; n += 1) {
    expect((await endpoint.manage('POST', '/admin/functions/maintenance', {})).status).toBe(202);
  }
  await expect.poll(() => runs().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(before + times);
  return runs().slice(before);
}

function runs(): readonly Run[] {
  const lines = endpoint
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Run).filter(({ event }) => event === 'maintenance');
}

test('the timer ends what its time has come for; fired again, it finds nothing more to do', async () => {
  const policy = { accounts: { enabled: true }, deletion: { graceDays: 0 } };
  const { tenantId, ...access } = await endpoint.createTenant({ name: 'Timer', profile: 'entra', policy });
  const client = clientOf(access);
  const users = await Promise.all(['a', 'b', 'c'].map((name) => client.user(name)));
  const group = await client.group(
    'Team',
    users.map(({ id }) => id),
  );
  for (const { id } of users) await client.delete(`/Users/${id}`);
  const [first, second, third] = await fire(3);

  expect(first?.done).toMatchObject({ tombstone: 3, record: expect.any(Number) });
  expect([second, third].map((run) => run?.done.tombstone)).toEqual([undefined, undefined]);
  expect([first, second, third].map((run) => run?.failures)).toEqual([0, 0, 0]);
  const restored = await endpoint.manage('POST', `/manage/tenants/${tenantId}/users/${users[0]?.id}/restore`);
  expect(restored.status).toBe(404);
  expect((await client.get(`/Groups/${group.id}`)).body.members).toBeUndefined();
  expect((await client.get('/Users?count=0')).body.totalResults).toBe(0);
});
