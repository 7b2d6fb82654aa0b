import { expect, test } from 'vitest';
import { deliverTenant } from '../../lib/audit/deliver-tenant.ts';
import type { DueRecord } from '../../lib/audit/record.ts';
import { StoreError } from '../../lib/store/document-store.ts';
import { override } from '../../lib/store/store-until.ts';
import { type Directory, intercept, openDirectory } from '../directory/directory.ts';
import { deliver, leave, records, runs, total, waiting } from './delivery.ts';

function deliverThese({ scope }: Directory, due: readonly DueRecord[], store = scope.store): Promise<void> {
  return deliverTenant({ store, now: scope.now, daysOf: async () => 30 }, scope.tenantId, due);
}

/** Replaces a record, as a delivery that postpones it does. */
async function postpone({ scope }: Directory, { container, record }: DueRecord, due: number): Promise<void> {
  const document = { ...record, due };
  await scope.store.commit({ container, tenantId: scope.tenantId }, [{ op: 'replace', document }]);
}

test('a list that is out of date counts nothing twice', async () => {
  await using directory = openDirectory();
  const left: DueRecord[] = [];
  for (const container of ['users', 'groups', 'audit'] as const) {
    left.push(await leave(directory, { container }));
  }
  await deliver(directory);
  left.push(await leave(directory));
  await deliverThese(directory, left);
  expect((await runs(directory)).map(total)).toEqual([4]);
  expect(await waiting(directory)).toEqual([]);
});

test('a record that is postponed after it was counted is concluded before others are counted', async () => {
  await using directory = openDirectory();
  const { scope, clock } = directory;
  const left = await leave(directory);
  const store = intercept(scope.store, async (partition, changes) => {
    await scope.store.commit(partition, changes);
    if (partition.container === 'audit') await postpone(directory, left, clock.time + 60_000);
  });
  await deliverThese(directory, [left], store);
  expect(await waiting(directory)).toEqual([]);
  expect((await records(directory)).map(({ run }) => run)).toEqual(
    (await runs(directory)).map(({ id }) => id),
  );
});

test('the next delivery concludes what the one before has counted, whatever it is asked for', async () => {
  await using directory = openDirectory();
  const { scope } = directory;
  const left = [await leave(directory), await leave(directory, { container: 'groups', credential: 'other' })];
  const failing = intercept(scope.store, async (partition, changes) => {
    if (partition.container !== 'audit') throw new StoreError('unavailable');
    await scope.store.commit(partition, changes);
  });
  await expect(deliverThese(directory, left, failing)).rejects.toThrow(StoreError);
  expect(await waiting(directory)).toHaveLength(2);
  await deliverThese(directory, [await leave(directory)]);
  expect(await waiting(directory)).toEqual([]);
  const counted = (await runs(directory)).map((run) => `${run.credential} ${total(run)}`);
  expect(counted.sort()).toEqual(['key 2', 'other 1']);
});

test('records with a receipt are concluded, and others get one, until receipts have expired', async () => {
  await using directory = openDirectory();
  const { scope, clock } = directory;
  const partition = { container: 'audit', tenantId: scope.tenantId } as const;
  const receipt = (id: string) => ({ id: `receipt:${id}`, tenantId: scope.tenantId, kind: 'receipt' });
  const first = await leave(directory);
  await deliver(directory);
  const run = (await runs(directory))[0]?.id;
  // The state that is left by a version with receipts when it is cut off before it concludes the record.
  await scope.store.commit(partition, [
    { op: 'create', document: { ...receipt(first.record.id), run } },
    {
      op: 'replace',
      document: { id: 'run-openings', tenantId: scope.tenantId, kind: 'run-openings' },
    },
  ]);
  await postpone(directory, first, clock.time);
  const second = await leave(directory);
  await deliver(directory);
  expect((await records(directory)).map((record) => record.run)).toEqual([run, run]);
  clock.time += 73 * 3_600_000;
  await leave(directory);
  await deliver(directory);
  expect((await runs(directory)).map(total)).toEqual([1, 2]);
  const receipts = (await directory.all('audit', 'receipt')).map(({ id }) => id);
  expect(receipts.sort()).toEqual([first, second].map(({ record }) => receipt(record.id).id).sort());
});

test('the process that has counted last trusts its list, until another one counts', async () => {
  await using directory = openDirectory();
  const { scope } = directory;
  let reads = 0;
  const store = override(scope.store, (inner) => ({
    readMany(keys) {
      reads += 1;
      return inner.readMany(keys);
    },
  }));
  const delivered = new Map<string, number>();
  for (let sweep = 0; sweep < 2; sweep += 1) {
    for (let number = 0; number < 150; number += 1) await leave(directory);
    await deliver(directory, { store, delivered });
  }
  expect(reads).toBe(0);
  const left = [await leave(directory), await leave(directory, { container: 'groups' })];
  await deliver(directory);
  await deliverTenant({ store, now: scope.now, daysOf: async () => 30, delivered }, scope.tenantId, left);
  expect(reads).toBeGreaterThan(0);
  expect((await runs(directory)).map(total)).toEqual([302]);
});
