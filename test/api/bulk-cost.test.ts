import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleUser } from '../../tools/bench/sample-user.ts';
import { type Answer, type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { type Client, clientOf, range } from './client.ts';

const data = mkdtempSync(join(tmpdir(), 'muster-bulk-cost-'));
let endpoint: Endpoint;
let client: Client;

beforeAll(async () => {
  endpoint = await startEndpoint({ data, env: { MUSTER_COST_HEADER: 'true' } });
  client = clientOf(await endpoint.createTenant({ name: 'Cost', profile: 'entra' }));
});
afterAll(async () => {
  await endpoint.stop();
  rmSync(data, { recursive: true, force: true });
});

const operationsIn = ({ headers }: Answer) =>
  Number(/operations=(\d+)/.exec(headers.get('x-muster-cost') ?? '')?.[1]);

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; milliseconds: number }> {
  const started = performance.now();
  return { value: await work(), milliseconds: performance.now() - started };
}

const bulkOf = (first: number, size: number) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  Operations: range(size).map((n) => ({
    method: 'POST',
    path: '/Users',
    bulkId: String(n),
    data: sampleUser(first + n),
  })),
});

describe('a bulk request of 1,000 creations', { timeout: 120_000 }, () => {
  test('costs less time for each than a request of its own, and only its record beside their store work', async () => {
    const body = bulkOf(10_000, 1_000);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(4_194_304);
    await client.post('/Bulk', bulkOf(0, 50));

    const singles = await timed(async () => {
      const answers: Answer[] = [];
      for (const n of range(200)) answers.push(await client.post('/Users', sampleUser(1_000 + n)));
      return answers;
    });
    const bulk = await timed(() => client.post('/Bulk', body));

    const { Operations } = bulk.value.body;
    expect(new Set(Operations.map(({ status }: { status: string }) => status))).toEqual(new Set(['201']));
    const each = {
      single: singles.value.reduce((sum, answer) => sum + operationsIn(answer), 0) / 200,
      bulk: operationsIn(bulk.value) / 1_000,
    };
    expect(each.bulk).toBeLessThan(each.single + 0.02);
    expect(bulk.milliseconds / 1_000).toBeLessThan(singles.milliseconds / 200);
  });
});
