import { afterAll, describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { StoreError } from '../../lib/store/document-store.ts';
import { finishEachDue } from '../../lib/store/due-jobs.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';

const store = openEmbeddedStore({ path: ':memory:' });
afterAll(() => store.close());

let kinds = 0;

/** Documents that are due, by tenant, and what a run of the timer at a time finishes of them. */
async function waiting(due: Readonly<Record<string, number>>) {
  kinds += 1;
  const kind = `job${kinds}`;
  for (const [tenantId, time] of Object.entries(due)) {
    const document = { id: `${kind}-${tenantId}`, tenantId, kind, due: time };
    await store.commit({ container: 'users', tenantId }, [{ op: 'create', document }]);
  }
  return async (at: number, finish: (tenantId: string) => void) => {
    const finished: string[] = [];
    const failure = await finishEachDue({ store, now: () => at }, [
      {
        ...{ container: 'users', kind },
        async finish({ document: { tenantId, id } }) {
          finish(tenantId);
          await store.commit({ container: 'users', tenantId }, [{ op: 'delete', kind, id }]);
          finished.push(tenantId);
        },
      },
    ]).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { finished, failure };
  };
}

const failing = (failures: Readonly<Record<string, Error>>) => (tenantId: string) => {
  const failure = failures[tenantId];
  if (failure) throw failure;
};

describe('finishEachDue()', () => {
  test('does all that is due, the earliest first, and no more', async () => {
    const run = await waiting({ a: 3, b: 1, c: 11 });
    expect(await run(10, () => undefined)).toEqual({ finished: ['b', 'a'], failure: undefined });
    expect(await run(11, () => undefined)).toEqual({ finished: ['c'], failure: undefined });
  });

  test('puts off what fails, so that it is not the first of every run', async () => {
    const run = await waiting({ a: 1, b: 2 });
    const broken = new TypeError('broken');
    expect(await run(10, failing({ a: broken }))).toEqual({ finished: ['b'], failure: broken });
    const again = 10 + limits.failedDueSeconds * 1000;
    expect(await run(again - 1, () => undefined)).toEqual({ finished: [], failure: undefined });
    expect(await run(again, () => undefined)).toEqual({ finished: ['a'], failure: undefined });
  });

  test('leaves a tenant whose part of the store does not answer for the next run', async () => {
    const run = await waiting({ a: 1, b: 2 });
    const silence = new StoreError('throttled');
    expect(await run(10, failing({ a: silence }))).toEqual({ finished: ['b'], failure: silence });
    expect(await run(10, () => undefined)).toEqual({ finished: ['a'], failure: undefined });
  });

  test('ends when nothing answers', async () => {
    const run = await waiting({ a: 1, b: 2, c: 3, d: 4 });
    const asked: string[] = [];
    const { failure } = await run(10, (tenantId) => {
      asked.push(tenantId);
      throw new StoreError('unavailable');
    });
    expect(failure).toBeInstanceOf(AggregateError);
    expect(asked).toHaveLength(limits.silentTenantsMax);
  });
});
