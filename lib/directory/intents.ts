import { limits } from '../limits.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import { type Change, type Document, type Stored, StoreError } from '../store/document-store.ts';
import {
  addMember,
  type MemberChange,
  type MemberType,
  presentMembers,
  removeMember,
} from './memberships.ts';
import { type DirectoryScope, kindOf, partitionOf } from './scope.ts';

export const intentKind = 'intent';

/** A membership change too large for one batch, decided when it was written and rolled forward from then on. */
interface IntentDocument extends Document {
  readonly group: string;
  readonly add: readonly (readonly [id: string, type: MemberType])[];
  readonly remove: readonly string[];
}

const intentId = (group: string) => `intent:${group}`;

/** The change that decides a large membership change; the timer finishes it if no request does. */
export function intentChange(scope: DirectoryScope, group: string, members: MemberChange): Change {
  const document: IntentDocument = {
    id: intentId(group),
    tenantId: scope.tenantId,
    kind: intentKind,
    due: scope.now(),
    group,
    add: [...members.add],
    remove: [...members.remove],
  };
  return { op: 'create', document };
}

/** Finishes a group's large membership change, batch by batch; may run twice at once and be cut off anywhere. */
export async function rollForward(scope: DirectoryScope, group: string): Promise<void> {
  const key = { ...partitionOf(scope, groupType), kind: intentKind, id: intentId(group) };
  const intent = (await scope.store.read(key)) as Stored<IntentDocument> | undefined;
  if (!intent) return;
  const { add, remove } = intent.document;
  const steps = [
    ...add.map(([user, type]) => ({ user, change: addMember(scope, { group, user, type }), present: false })),
    ...remove.map((user) => ({ user, change: removeMember({ group, user }), present: true })),
  ];
  for (let start = 0; start < steps.length; start += limits.membersPerBatchMax) {
    await rollBatch(scope, group, steps.slice(start, start + limits.membersPerBatchMax));
  }
  await finish(scope, group, intent.version);
}

interface Step {
  readonly user: string;
  readonly change: Change;
  /** Whether the step has work to do when the membership is there, or when it is not. */
  readonly present: boolean;
}

async function rollBatch(scope: DirectoryScope, group: string, steps: readonly Step[]): Promise<void> {
  const present = await presentMembers(
    scope,
    group,
    steps.map(({ user }) => user),
  );
  const left = steps.filter((step) => present.has(step.user) === step.present);
  if (left.length === 0) return;
  try {
    await scope.store.commit(
      partitionOf(scope, groupType),
      left.map(({ change }) => change),
    );
  } catch (thrown) {
    if (!isLostRace(thrown)) throw thrown;
    await rollBatch(scope, group, steps);
  }
}

async function finish(scope: DirectoryScope, group: string, version: string): Promise<void> {
  try {
    await scope.store.commit(partitionOf(scope, groupType), [
      { op: 'delete', kind: intentKind, id: intentId(group), ifVersion: version },
      {
        op: 'increment',
        kind: kindOf(groupType),
        id: group,
        by: {},
        set: { intent: false },
        ifAbsent: 'fail',
      },
    ]);
  } catch (thrown) {
    if (!isLostRace(thrown)) throw thrown;
  }
}

/** Whether another request was faster, so that looking again tells what is left to do. */
export function isLostRace(thrown: unknown): boolean {
  return thrown instanceof StoreError && (thrown.kind === 'stale' || thrown.kind === 'conflict');
}
