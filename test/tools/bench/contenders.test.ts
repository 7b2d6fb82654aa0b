import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient } from '../../../tools/bench/client.ts';
import {
  type Endpoint,
  startEmptyFunction,
  startMuster,
  startScimmy,
} from '../../../tools/bench/endpoint.ts';
import { createUsers, endpointContender } from '../../../tools/bench/endpoint-contender.ts';
import { startPopulated } from '../../../tools/bench/flat.ts';
import { flatRows } from '../../../tools/bench/flat-rows.ts';
import { peerRow, peerRows } from '../../../tools/bench/peer-rows.ts';

const users = 20;

const searches = [
  { row: 'filter userName eq', total: 1 },
  { row: 'filter externalId eq', total: 1 },
  { row: 'list 100', total: users },
  { row: 'filter title co', total: 1 },
];

describe.each([
  { name: 'Muster', start: () => startMuster(), keeps: true },
  { name: 'SCIMMY', start: startScimmy, keeps: true },
  { name: 'the empty function', start: startEmptyFunction, keeps: false },
])('$name', ({ name, start, keeps }) => {
  let endpoint: Endpoint;
  let ids: readonly string[];
  beforeAll(async () => {
    endpoint = await start();
    ids = keeps ? await createUsers(endpoint, users, () => undefined) : ['0'];
  });
  afterAll(() => endpoint.stop());

  test('answers every row that it can run with the expected status', async () => {
    const { run, close, canRun } = endpointContender(name, endpoint, { ids, keeps });
    const ran = peerRows.filter((row) => canRun?.(row.name));
    for (const row of ran) expect((await run(row.name, 1)).latencies).not.toEqual([]);
    expect(ran).toHaveLength(keeps ? peerRows.length : 5);
    await close();
  });

  test.each(keeps ? searches : [])('finds $total for $row', async ({ row, total }) => {
    const client = openClient(endpoint, 1);
    const { totalResults, Resources } = JSON.parse(await client.send(peerRow(row).request(ids, 3)));
    expect({ total: totalResults, length: Resources.length }).toEqual({ total, length: total });
    await client.close();
  });
});

test('every row of the flat benchmark can run round after round', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const { endpoint, close } = await startPopulated(folder, 500);
  for (const row of [...flatRows, ...flatRows]) {
    if (row.prepare) await endpoint.client.send(row.prepare(endpoint));
    for (const sequence of [0, 1]) {
      const answer = endpoint.client.send(row.request(endpoint, sequence));
      await expect(answer, row.name).resolves.toBeTypeOf('string');
    }
  }
  await close();
  await rm(folder, { recursive: true });
});
