import type { Verdict } from '../../client/expectations.ts';
import { isObject } from '../../client/json.ts';
import type { Step } from '../../client/steps.ts';
import { readGroup } from '../groups.ts';
import { type Group, type Present, present } from '../model.ts';
import { expectReference } from '../references.ts';
import type { Phase, Run } from '../run.ts';
import { expectMatch, readUser } from '../users.ts';

const sampleMax = 250;
const pageSize = 100;
/** A directory with more users than this is not read page by page. */
const walkedMax = 20_000;

/** Compares a sample of users and every group with the model. */
export function readBack(title: string): Phase {
  return { title, steps: (run) => [...userSteps(run, sampleMax), ...groupSteps(run)] };
}

/** Compares everything with the model, and reads the whole directory page by page. */
export const readBackAll: Phase = {
  title: 'Read back: everything',
  steps: (run) => [() => walk(run), ...userSteps(run, Number.POSITIVE_INFINITY), ...groupSteps(run)],
};

function userSteps(run: Run, limit: number): readonly Step[] {
  const users = run.random('sample').shuffle(present(run.directory.users)).slice(0, limit);
  return users.map((user, position) => async () => {
    await readUser(run, user);
    if (position % 4 !== 0) return;
    const userName = String(user.expected.get('userName'));
    await expectMatch(run, { name: 'userName', value: userName.toUpperCase() }, user.id);
  });
}

function groupSteps(run: Run): readonly Step[] {
  return present(run.directory.groups).map((group) => async () => {
    await readGroup(run, group);
    await askForMembers(run, group);
  });
}

async function askForMembers(run: Run, group: Present<Group>): Promise<void> {
  const random = run.random('reference sample', group.index);
  const everyone = random.shuffle(present(run.directory.users)).slice(0, 6);
  for (const { id } of everyone) {
    await expectReference(run, { type: 'Group', id: group.id, value: id }, group.members.has(id));
  }
}

/** Reads the whole directory by index, as account discovery does: each user once, and no deleted user. */
async function walk(run: Run): Promise<void> {
  const met = new Map<string, number>();
  for (let startIndex = 1; ; ) {
    const { verdict, resources } = await run.requests.page('GET /Users?startIndex', 'User', {
      startIndex,
      count: pageSize,
    });
    for (const { id } of resources) met.set(String(id), (met.get(String(id)) ?? 0) + 1);
    startIndex += resources.length;
    const total = isObject(verdict.answer.body) ? Number(verdict.answer.body.totalResults) : 0;
    if (total > walkedMax) return;
    if (resources.length === 0 || startIndex > total) return judgeWalk(run, verdict, met);
  }
}

function judgeWalk(run: Run, verdict: Verdict, met: ReadonlyMap<string, number>): void {
  const users = present(run.directory.users);
  const findings: readonly (readonly [string, readonly string[]])[] = [
    ['never listed', users.map(({ id }) => id).filter((id) => !met.has(id))],
    ['listed more than once', [...met].filter(([, times]) => times > 1).map(([id]) => id)],
    ['listed though deleted', [...run.directory.gone].filter((id) => met.has(id))],
  ];
  for (const [finding, ids] of findings) {
    if (ids.length > 0) verdict.deviate('every user once', `${ids.length} ${finding} (such as ${ids[0]})`);
  }
}
