import { describe, expect, test } from 'vitest';
import { factsToKeep } from '../../lib/audit/request-audit.ts';
import { ScimError } from '../../lib/scim/errors.ts';

type AnsweredRequest = Parameters<typeof factsToKeep>[0];

const request = (
  operation: string,
  { error, hasChanges = false, refusals = [] }: Partial<AnsweredRequest> = {},
): AnsweredRequest => ({
  tenantId: 'tenant',
  asked: { credential: 'key', requestId: 'r', fired: [] },
  target: { operation },
  status: error?.status ?? 200,
  error,
  hasChanges,
  refusals,
});

const taken = new ScimError('uniqueness');
const defect = new ScimError('internal');
const refusals = [{ target: { operation: 'create' }, error: taken }];

describe('factsToKeep()', () => {
  test.each([
    ['a read', request('retrieve'), [], [undefined]],
    ['a read that is refused', request('query', { error: taken }), [], ['refused']],
    ['a write that is refused', request('create', { error: taken }), ['refused'], ['refused']],
    ['a write that fails', request('create', { error: defect }), ['failed'], ['failed']],
    ['a write that changes nothing', request('modify'), [], ['unchanged']],
    ['a write that changes something', request('modify', { hasChanges: true }), [], []],
    ['a bulk request refused in part', request('bulk', { refusals }), ['refused'], ['refused']],
  ])('keeps of %s what the level asks for', (_, answered, usually, atDebug) => {
    const outcomes = (level: 'debug' | 'information' | 'warning') =>
      factsToKeep(answered, level).map(({ outcome }) => outcome);
    expect([outcomes('warning'), outcomes('information')]).toEqual([usually, usually]);
    expect(outcomes('debug')).toEqual(atDebug);
  });

  test('tells what the client was told, and nothing of the cause', () => {
    const error = new ScimError('uniqueness', { detail: 'Taken', cause: new Error('secret') });
    expect(factsToKeep(request('create', { error }), 'information')).toEqual([
      {
        ...{ credential: 'key', requestId: 'r', fired: [], operation: 'create' },
        ...{ outcome: 'refused', status: 409, error: 'uniqueness', scimType: 'uniqueness', detail: 'Taken' },
      },
    ]);
  });
});
