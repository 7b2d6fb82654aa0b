import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeClock } from '../support/clock.ts';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { type Client, clientOf, groupBody, inParallel, patchBody, range, userBody } from './client.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-overtaken-'));
const clock = makeClock(folder);
let endpoints: readonly Endpoint[];
let here: Client;
/** The same tenant at an instance whose clock is ahead. */
let ahead: Client;

beforeAll(async () => {
  const data = join(folder, 'data');
  const one = await startEndpoint({ data });
  const other = await startEndpoint({ data, env: clock.env });
  endpoints = [one, other];
  const tenant = await one.createTenant({ name: 'Overtaken', profile: 'entra' });
  here = clientOf(tenant);
  ahead = clientOf({ ...tenant, tenantUrl: other.baseUrl + new URL(tenant.tenantUrl).pathname });
});
afterAll(async () => {
  await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  rmSync(folder, { recursive: true, force: true });
});

const total = async () => (await here.get('/Users?count=0')).body.totalResults;

/** Operations of every kind, of which each takes effect once: creations, changes of one version, deletions. */
async function openOperations(name: string): Promise<readonly object[]> {
  const users = await inParallel(range(60), 8, async (n) => (await here.user(`${name}.old.${n}`)).id);
  return range(60).flatMap((n) => [
    { method: 'POST', path: '/Users', bulkId: `u${n}`, data: userBody(`${name}.${n}`) },
    {
      method: 'PATCH',
      path: `/Users/${users[n]}`,
      version: 'W/"1"',
      data: patchBody([{ op: 'add', path: 'title', value: `title ${n}` }]),
    },
    { method: 'DELETE', path: `/Users/${users[n]}` },
    { method: 'POST', path: '/Groups', bulkId: `g${n}`, data: groupBody(`${name}.${n}`, [`bulkId:u${n}`]) },
  ]);
}

describe('D15: a bulk request that is overtaken by its repetition', { timeout: 60_000 }, () => {
  test.each([
    ['its lease has ended', 30],
    ['its record has ended', 900],
  ])(
    'because for the other instance %s is answered as if it was alone, and so is every repetition',
    async (_, seconds) => {
      const name = `after.${seconds}`;
      const body = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: await openOperations(name),
      };
      const before = await total();
      clock.pass(seconds);
      const first = here.post('/Bulk', body);
      while ((await total()) === before) await delay(1);
      const second = ahead.post('/Bulk', body);
      const answers = [await first, await second];
      for (const answer of answers) {
        const statuses = answer.body.Operations.map(({ status }: { status: string }) => status);
        expect(statuses).toEqual(range(60).flatMap(() => ['201', '200', '204', '201']));
      }
      const locationsIn = ({ body: { Operations } }: (typeof answers)[number]) =>
        Operations.map(({ location }: { location: string }) => new URL(location).pathname);
      expect(locationsIn(answers[1] as never)).toEqual(locationsIn(answers[0] as never));
      expect(await here.find('/Users', `userName sw "${name}."`)).toHaveLength(60);
      const groups = await here.find('/Groups', `displayName sw "${name}."`);
      expect(groups.map(({ members }) => members?.length)).toEqual(range(60).map(() => 1));

      const repeated = await ahead.post('/Bulk', body);
      expect(locationsIn(repeated)).toEqual(locationsIn(answers[0] as never));
      expect(await here.find('/Users', `userName sw "${name}."`)).toHaveLength(60);
    },
  );
});
