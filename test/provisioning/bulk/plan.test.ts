import { describe, expect, test } from 'vitest';
import { limits } from '../../../lib/base/limits.ts';
import { type BulkStep, planBulk } from '../../../lib/provisioning/bulk/plan.ts';
import { groupType, userType } from '../../../lib/scim/schema/resource-types.ts';

const uniqueAttributes = { User: ['userName'], Group: ['displayName'] };

const post = (bulkId: string, userName = bulkId): BulkStep => ({
  method: 'POST',
  type: userType,
  bulkId,
  data: { userName },
});
const group = (bulkId: string, ...members: readonly string[]): BulkStep => ({
  method: 'POST',
  type: groupType,
  bulkId,
  data: { displayName: bulkId, members: members.map((value) => ({ value })) },
});
const put = (target: string): BulkStep => ({
  method: 'PUT',
  type: userType,
  target,
  data: { userName: target },
});
const remove = (target: string): BulkStep => ({ method: 'DELETE', type: userType, target, data: null });
const patch = (target: string, value: string, path = 'title'): BulkStep => ({
  method: 'PATCH',
  type: userType,
  target,
  data: { Operations: [{ op: 'add', path, value }] },
});

/** What each step waits for: firm before the bar, soft behind it. */
async function waits(...steps: readonly (BulkStep | undefined)[]): Promise<readonly string[]> {
  const { firm, soft } = await planBulk(steps, { uniqueAttributes });
  return steps.map((_, position) => [firm, soft].map((kind) => [...(kind[position] ?? [])].join()).join('|'));
}

describe('planBulk()', () => {
  test.each<[string, readonly (BulkStep | undefined)[], readonly string[]]>([
    ['creations of different names pass side by side', [post('a'), post('b'), post('c')], ['|', '|', '|']],
    ['creations of one name keep their order', [post('a', 'x'), post('b', 'X')], ['|', '0|']],
    ['a reference waits for an earlier creation', [post('a'), group('g', 'bulkId:a')], ['|', '0|']],
    ['a reference waits softly for a later one', [group('g', 'bulkId:a'), post('a')], ['|1', '|']],
    ['a path may refer too', [patch('bulkId:a', 'x'), post('a')], ['|1', '|']],
    ['an unknown reference waits for nothing', [group('g', 'bulkId:x'), post('a')], ['|', '|']],
    ['a reference to itself waits for nothing', [group('g', 'bulkId:g')], ['|']],
    [
      'operations on one resource keep their order',
      [patch('1', 'a'), patch('2', 'b'), patch('1', 'c')],
      ['|', '|', '0|'],
    ],
    [
      'what names a resource keeps its order',
      [group('g', '1'), remove('1'), group('h', '1')],
      ['|', '0|', '1|'],
    ],
    [
      'what only names a resource passes side by side',
      [remove('1'), group('g', '1'), group('h', '1')],
      ['|', '0|', '0|'],
    ],
    ['a name in a filter counts', [patch('2', 'x', 'members[value eq "1"]'), remove('1')], ['|', '0|']],
    ['a deletion may free a name for a creation', [remove('1'), post('a'), remove('2')], ['|', '0|', '1|']],
    ['deletions pass side by side', [remove('1'), remove('2')], ['|', '|']],
    ['a replacement may rename', [put('1'), put('2'), post('a')], ['|', '0|', '1|']],
    ['a PATCH of a unique attribute may rename', [patch('1', 'x', 'USERNAME'), post('a')], ['|', '0|']],
    ['a PATCH of another does not', [patch('1', 'x'), post('a')], ['|', '|']],
    ['names of users do not concern groups', [remove('1'), group('g')], ['|', '|']],
    ['a faulty operation concerns nobody', [undefined, post('a'), undefined], ['|', '|', '|']],
  ])('%s', async (_, steps, expected) => {
    expect(await waits(...steps)).toEqual(expected);
  });

  test('D20: of references of all to all, more than the bound are refused with what to change', async () => {
    const names = Array.from(
      { length: Math.ceil(Math.sqrt(limits.bulkReferencesMax)) + 1 },
      (_, n) => `g${n}`,
    );
    const steps = names.map((name) => group(name, ...names.map((other) => `bulkId:${other}`)));
    await expect(waits(...steps)).rejects.toMatchObject({
      code: 'payloadTooLarge',
      message: expect.stringContaining('create the resources first'),
    });
    await expect(waits(...steps.slice(2))).resolves.toHaveLength(names.length - 2);
  });

  test('D20: lets other requests run', async () => {
    let turns = 0;
    const count = setInterval(() => (turns += 1), 0);
    // Many more than one request may have, so that it takes longer than a slice.
    await planBulk(Array(20_000).fill(post('d')), { uniqueAttributes });
    clearInterval(count);
    expect(turns).toBeGreaterThan(0);
  });
});
