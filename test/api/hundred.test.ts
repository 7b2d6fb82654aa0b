import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { scim } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { clientOf, inParallel, range, userBody } from './client.ts';

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

async function openTenant(policy: Record<string, object>) {
  const tenant = await endpoint.createTenant({ name: 'Hundred', policy });
  const manage = (method: string, path: string, body?: unknown) =>
    endpoint.manage(method, `/manage/tenants/${tenant.tenantId}${path}`, body);
  return { ...tenant, client: clientOf(tenant), manage };
}

const hundred = range(100);
const anna = { emails: [{ value: 'anna@contoso.com', type: 'work', primary: true }] };

describe('a hundred requests at once', { timeout: 120_000 }, () => {
  test('that create users take no more seats than there are', async () => {
    const policy = { accounts: { enabled: true }, licences: { seats: 30 } };
    const { client, manage } = await openTenant(policy);
    await Promise.all(hundred.map((n) => client.user(`user.${n}`)));
    const { accounts, seats } = (await manage('GET', '/status')).body;
    expect([accounts.active, accounts.noLicence, seats]).toEqual([30, 70, { used: 30, limit: 30 }]);
  });

  test('that create users of one address have one of them take over the account that was there', async () => {
    const { client, manage } = await openTenant({ accounts: { enabled: true, adopt: { handMade: true } } });
    const made = (await manage('POST', '/accounts', { attributes: { email: 'anna@contoso.com' } })).body;
    const users = await Promise.all(hundred.map((n) => client.user(`anna.${n}`, anna)));
    const { accounts } = (await manage('GET', '/status')).body;
    expect([accounts.active, accounts.addressTaken]).toEqual([1, 99]);
    const account = (await manage('GET', `/accounts/${made.id}`)).body;
    expect(account).toMatchObject({ adopted: true, state: 'active' });
    expect(users.map(({ id }) => id)).toContain(account.user);
  });

  test('that issue a key where one may be active leave one that works', async () => {
    const { manage, tenantUrl, token } = await openTenant({ keys: { activeMax: 1, replaces: true } });
    const issued = await Promise.all(hundred.map(() => manage('POST', '/keys', {})));
    const keys = issued.filter(({ status }) => status === 201).map(({ body }) => body.key as string);
    const works = async (key: string) =>
      (await scim({ tenantUrl, token: key }, 'GET', '/Users')).status === 200;
    const working = await inParallel([token, ...keys], 8, works);
    expect(working.filter(Boolean)).toHaveLength(1);
    const listed = (await manage('GET', '/keys')).body.keys as readonly { status: string }[];
    expect(listed.filter(({ status }) => status === 'active')).toHaveLength(1);
  });
});

test('a key is rotated with an overlap while its client works, and no request is refused', async () => {
  const tenant = await openTenant({});
  const { id } = (await tenant.manage('GET', '/keys')).body.keys[0];
  let isOver = false;
  let current = tenant.token;
  const statuses: number[] = [];
  const work = async (worker: number) => {
    for (let n = 0; !isOver; n += 1) {
      const answer = await clientOf({ ...tenant, token: current }).post('/Users', userBody(`${worker}.${n}`));
      statuses.push(answer.status);
    }
  };
  const workers = range(8).map(work);
  const end = async () => {
    isOver = true;
    await Promise.all(workers);
  };
  onTestFinished(end);
  const more = async (answers: number) => {
    const enough = statuses.length + answers;
    await expect.poll(() => statuses.length, { timeout: 30_000 }).toBeGreaterThan(enough);
  };
  await more(50);
  const rotated = await tenant.manage('POST', `/keys/${id}/rotate`, { overlapDays: 1 });
  await more(50);
  current = rotated.body.key;
  await more(50);
  await tenant.manage('DELETE', `/keys/${id}`);
  await more(50);
  await end();
  expect(new Set(statuses)).toEqual(new Set([201]));
}, 120_000);
