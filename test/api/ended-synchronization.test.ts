import { describe, expect, test } from 'vitest';
import { contentsOf } from '../faults/invariants.ts';
import { clientOf } from './client.ts';
import {
  freezeAmidBulk,
  letAnHourPass,
  minutes,
  openSite,
  runTimer,
  type Site,
  useSites,
  write,
} from './two-processes.ts';

useSites();

const policy = { accounts: { enabled: true }, notifications: { invitation: true } };

/** A tenant with users, groups and one account made by hand, and its clients at both instances. */
async function openTenant({ one, other }: Site) {
  const { tenantId, tenantUrl, token } = await one.createTenant({ name: 'Contoso', policy });
  const there = clientOf({ tenantUrl: other.baseUrl + new URL(tenantUrl).pathname, token });
  await write(clientOf({ tenantUrl, token }), 'before');
  expect((await there.get('/Users?count=0')).status).toBe(200);
  const manage = (method: string, path: string, body?: object) =>
    one.manage(method, `/manage/tenants/${tenantId}${path}`, body);
  await manage('POST', '/accounts', { attributes: { email: 'hand@example.com' } });
  const end = async () => {
    const { identifier } = (await manage('GET', '')).body;
    expect((await manage('DELETE', `/synchronization?confirm=${identifier}`)).status).toBe(202);
  };
  return { tenantId, there, manage, end };
}

/** The kinds of the tenant's documents that there are, apart from the trail. */
async function kindsLeft({ open }: Site, tenantId: string): Promise<readonly string[]> {
  const store = await open();
  try {
    const kinds = [...(await contentsOf(store, tenantId))].flatMap(([kind, { length }]) =>
      length > 0 ? [kind] : [],
    );
    return kinds.filter((kind) => kind !== 'record' && kind !== 'mail').sort();
  } finally {
    await store.close();
  }
}
const ofHandMade = ['account', 'account-claim', 'count-group', 'count-user', 'tenant'];

describe('B12: a synchronisation that is ended, on two processes', () => {
  test.each(['embedded', 'cosmos'] as const)(
    'leaves nothing although one process believed in it, and a new one begins (%s)',
    async (engine) => {
      const opened = await openSite(engine);
      const { one, other, clock } = opened;
      const { tenantId, there, manage, end } = await openTenant(opened);
      await end();
      await runTimer(one);
      await write(there, 'after');
      expect((await manage('GET', '/status')).body.ending.left.users).toBeGreaterThan(0);
      expect((await other.manage('POST', `/manage/tenants/${tenantId}/keys`, {})).status).toBe(409);
      clock.pass(minutes);
      expect((await there.get('/Users')).status).toBe(401);
      await letAnHourPass(opened);
      expect(await kindsLeft(opened, tenantId)).toEqual(ofHandMade);
      const { accounts } = (await manage('GET', '/accounts')).body;
      expect(accounts).toMatchObject([{ state: 'active', attributes: { email: 'hand@example.com' } }]);

      const { key: token, tenantUrl } = (await manage('POST', '/keys', {})).body;
      const next = clientOf({ tenantUrl, token });
      await write(next, 'before');
      await letAnHourPass(opened);
      expect(await next.find('/Users', 'userName eq "before.1"')).toHaveLength(1);
    },
    120_000,
  );

  test('is gone although a process stood still amid a bulk request', async () => {
    const opened = await openSite('cosmos');
    const { one, other, clock } = opened;
    const { tenantId, there, end } = await openTenant(opened);
    const { bulk } = await freezeAmidBulk(other, there);
    await end();
    await runTimer(one);
    clock.pass(13 * minutes);
    await runTimer(one);
    other.signal('SIGCONT');
    expect(JSON.stringify((await bulk).body)).toContain('503');
    await letAnHourPass(opened);
    expect(await kindsLeft(opened, tenantId)).toEqual(ofHandMade);
  }, 120_000);
});
