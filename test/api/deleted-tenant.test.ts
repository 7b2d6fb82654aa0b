import { v7 as newId } from 'uuid';
import { describe, expect, test } from 'vitest';
import { containers } from '../../lib/store/document-store.ts';
import { type Client, clientOf, range } from './client.ts';
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

/**
 * The number of documents in the tenant's partitions, without the marks of batches: Cosmos DB removes those itself ten
 * minutes later, and the emulator does not.
 */
async function countLeft({ open }: Site, tenantId: string): Promise<Readonly<Record<string, number>>> {
  const store = await open();
  try {
    const counts = containers.map(async (container) => {
      return [container, await store.drain({ container, tenantId, except: 'write' }, 1_000)] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  } finally {
    await store.close();
  }
}
const nothing = Object.fromEntries(containers.map((container) => [container, 0]));

const policy = { accounts: { enabled: true }, notifications: { invitation: true } };

/** A tenant with accounts and mails, and its clients at both instances. */
async function openTenant({ one, other }: Site) {
  const { tenantId, tenantUrl, token } = await one.createTenant({ name: 'Contoso', policy });
  const there = clientOf({ tenantUrl: other.baseUrl + new URL(tenantUrl).pathname, token });
  const here = clientOf({ tenantUrl, token });
  await write(here, 'before');
  expect((await there.get('/Users?count=0')).status).toBe(200);
  const remove = async () => {
    const { identifier } = (await one.manage('GET', `/manage/tenants/${tenantId}`)).body;
    const { status } = await one.manage('DELETE', `/manage/tenants/${tenantId}?confirm=${identifier}`);
    expect(status).toBe(204);
  };
  return { tenantId, here, there, remove };
}

/** Writes, unless a timer of the process was first to remove the key, so that the process has forgotten it. */
async function writeIfBelieved(client: Client, name: string): Promise<void> {
  await write(client, name).catch((error) => expect(String(error)).toContain(': 401 '));
}

describe('D1: a deleted tenant, on two processes', () => {
  test.each(['embedded', 'cosmos'] as const)(
    'has no documents an hour later, though one believed in it (%s)',
    async (engine) => {
      const opened = await openSite(engine);
      const { one, other, clock } = opened;
      const { tenantId, there, remove } = await openTenant(opened);
      await remove();
      await runTimer(one);
      await writeIfBelieved(there, 'after');
      await runTimer(other);
      await writeIfBelieved(there, 'later');
      expect((await other.manage('POST', `/manage/tenants/${tenantId}/keys`, {})).status).toBe(404);
      clock.pass(minutes);
      expect((await there.get('/Users')).status).toBe(401);
      await letAnHourPass(opened);
      expect(await countLeft(opened, tenantId)).toEqual(nothing);
    },
    120_000,
  );

  test('has none either when something was written for it long after', async () => {
    const opened = await openSite('embedded');
    const { tenantId, remove } = await openTenant(opened);
    await remove();
    await runTimer(opened.one);
    await letAnHourPass(opened);
    const store = await opened.open();
    const late = { tenantId, due: opened.clock.now() };
    for (const [container, kind] of [
      ['users', 'event'],
      ['users', 'unlink'],
      ['users', 'mail'],
      ['users', 'account'],
      ['groups', 'intent'],
      ['audit', 'run'],
    ] as const) {
      await store.commit({ container, tenantId }, [
        { op: 'create', document: { ...late, id: `${kind}:${newId()}`, kind, at: '2030' } },
        { op: 'create', document: { tenantId, id: newId(), kind: 'user' } },
      ]);
    }
    await store.close();
    await letAnHourPass(opened);
    expect(await countLeft(opened, tenantId)).toEqual(nothing);
  }, 120_000);
});

test('D1: a process that stood still amid a bulk request writes no more for a tenant that is long gone', async () => {
  const opened = await openSite('cosmos');
  const { one, other } = opened;
  const { tenantId, there, remove } = await openTenant(opened);
  const { bulk } = await freezeAmidBulk(other, there);
  await remove();
  for (const _ of range(2)) {
    opened.clock.pass(13 * minutes);
    await runTimer(one);
  }
  other.signal('SIGCONT');
  expect(JSON.stringify((await bulk).body)).toContain('503');
  await letAnHourPass(opened);
  expect(await countLeft(opened, tenantId)).toEqual(nothing);
}, 120_000);
