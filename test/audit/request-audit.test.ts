import { v7 as newId } from 'uuid';
import { describe, expect, test } from 'vitest';
import { createRequestAudit } from '../../lib/audit/request-audit.ts';
import { ScimError } from '../../lib/scim/errors.ts';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { type Directory, intercept, openDirectory } from '../directory/directory.ts';
import { deliver, records, refusing, waiting } from './delivery.ts';

/** What takes down, on one instance, for the tenant of a directory. */
function instance({ scope }: Directory, store: DocumentStore = scope.store) {
  const causes: unknown[] = [];
  const audit = createRequestAudit({ store, now: scope.now, newId, log: (cause) => causes.push(cause) });
  const { tenantId } = scope;
  const asked = { credential: 'key', requestId: 'r', fired: [] };
  const target = { operation: 'create' };
  return {
    causes,
    refuse: (number = 1) => {
      const refusals = Array.from({ length: number }, (_, n) => ({
        target,
        error: new ScimError('uniqueness', { detail: `Refusal ${n}` }),
      }));
      return audit.answered({ tenantId, asked, target, status: 200, hasChanges: false, refusals }, 'warning');
    },
    refuseWhole: (code: 'tooManyRequests' | 'uniqueness') => {
      const error = new ScimError(code);
      const { status } = error;
      return audit.answered(
        { tenantId, asked, target, status, error, hasChanges: false, refusals: [] },
        'warning',
      );
    },
    refuseCredential: (reason: string, credential = 'key') =>
      audit.credentialRefused({
        tenantId,
        asked: { ...asked, credential },
        target,
        error: new ScimError('unauthenticated'),
        reason,
      }),
  };
}

describe('a refusal', () => {
  test('is a record at once, which the timer delivers', async () => {
    await using directory = openDirectory();
    await instance(directory).refuse();
    expect(await waiting(directory)).toHaveLength(1);
    await deliver(directory);
    expect(await records(directory)).toMatchObject([
      {
        outcome: 'refused',
        detail: 'Refusal 0',
        credential: 'key',
        at: '2030-01-01T00:00:00.000Z',
        attributes: [],
      },
    ]);
    expect(await waiting(directory)).toEqual([]);
  });

  test.each([100, 101, 1_000])('of %i operations of one request leaves a record each', async (number) => {
    await using directory = openDirectory();
    await instance(directory).refuse(number);
    await deliver(directory);
    const details = (await records(directory)).map(({ detail }) => detail);
    expect(new Set(details).size).toBe(number);
    expect(details).toHaveLength(number);
  });

  test('for too many requests leaves one record, however many there are', async () => {
    await using directory = openDirectory();
    const { refuseWhole } = instance(directory);
    for (let sent = 0; sent < 5; sent += 1) await refuseWhole('tooManyRequests');
    for (let sent = 0; sent < 2; sent += 1) await refuseWhole('uniqueness');
    await deliver(directory);
    const statuses = (await records(directory)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([409, 409, 429]);
  });

  test('that cannot be kept is answered all the same and told to the log', async () => {
    await using directory = openDirectory();
    const { refuse, causes } = instance(directory, refusing(directory.scope.store, ['tenant']));
    await refuse();
    expect(causes).toMatchObject([{ kind: 'throttled' }]);
  });

  test('keeps nobody waiting for a store that hangs', async () => {
    await using directory = openDirectory();
    let goOn: () => void = () => {};
    const hanging = intercept(directory.scope.store, async (partition, changes) => {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      return directory.scope.store.commit(partition, changes);
    });
    const started = performance.now();
    await instance(directory, hanging).refuse();
    expect(performance.now() - started).toBeLessThan(3_000);
    goOn();
    await expect.poll(() => waiting(directory)).toHaveLength(1);
  });
});

describe('a credential that is refused', () => {
  test('leaves one record for each reason in five minutes, on however many instances', async () => {
    await using directory = openDirectory();
    const { clock, scope } = directory;
    const instances = [instance(directory), instance(directory), instance(directory)];
    const refuseAll = async () => {
      for (const { refuseCredential } of instances) {
        await Promise.all([
          refuseCredential('expired'),
          refuseCredential('expired'),
          refuseCredential('revoked'),
          refuseCredential('expired', 'other'),
        ]);
      }
    };
    await refuseAll();
    await deliver(directory);
    clock.time += 299_999;
    await scope.store.sweep({ before: clock.time, limit: 100 });
    await refuseAll();
    await deliver(directory);
    const told = (await records(directory)).map(({ credential, reason }) => `${credential} ${reason}`);
    expect(told.sort()).toEqual(['key expired', 'key revoked', 'other expired']);
    clock.time += 2;
    await scope.store.sweep({ before: clock.time, limit: 100 });
    await refuseAll();
    await deliver(directory);
    expect(await records(directory)).toHaveLength(6);
  });
});
