import { limits } from '../../base/limits.ts';
import type { JsonObject } from '../../scim/json.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { groupType } from '../../scim/schema/resource-types.ts';
import { timeAfter } from '../../store/change-document.ts';
import { commitEach } from '../../store/commit-once.ts';
import { type Change, type Increment, isOutage } from '../../store/document-store.ts';
import { type Operation, recordChanges } from '../records.ts';
import type { ResourceDocument } from '../resource-document.ts';
import { type ResourceChange, readResource, type StoredResource, writeResource } from '../resources.ts';
import { type DirectoryScope, kindOf, partitionOf } from '../scope.ts';
import { dropDraft } from './intent-parts.ts';
import { type PreparedIntent, prepareIntent, rollForward } from './intents.ts';
import { addMember, type MemberChange, removeMember } from './memberships.ts';

/** A change of a group and its members. */
export interface GroupChange {
  readonly type: ResourceType;
  readonly id: string;
  readonly before?: StoredResource;
  /** Absent if only the members change. Then another request may have changed the group since. */
  readonly resource?: JsonObject;
  readonly members: MemberChange;
  /** Ids of other users whose accounts it may concern, in addition to the members added and removed. */
  readonly concerned?: readonly string[];
  /** Other changes, in the same batch if they fit. */
  readonly alongside?: readonly Change[];
  readonly operation: Operation;
}

/** Reads a group. It first completes a membership change that was interrupted. */
export async function readGroup(
  scope: DirectoryScope,
  type: ResourceType,
  id: string,
): Promise<StoredResource | undefined> {
  const stored = await readResource(scope, type, id);
  if (!stored?.document.intent) return stored;
  await rollForward(scope, id);
  return readResource(scope, type, id);
}

/**
 * Writes a group and its members, so that a client sees all of the change or none. More than
 * `limits.membersPerBatchMax` members are written as an intent and then completed in several batches.
 *
 * Throws ScimError `uniqueness`, and StoreError `stale` or `conflict` if another request was first.
 */
export async function writeGroup(scope: DirectoryScope, change: GroupChange): Promise<ResourceDocument> {
  const { id, before, members, alongside = [] } = change;
  const memberCount = (before?.document.memberCount ?? 0) + balance(members);
  const fits = alongside.length + sizeOf(members) <= limits.membersPerBatchMax;
  // Before the group, because a repeated request does not write a group that exists. The changes are
  // independent.
  if (!fits) await commitEach(scope.store, partitionOf(scope, groupType), alongside);
  const rest = fits ? change : { ...change, alongside: [] };
  if (isLarge(members)) {
    const document = await writeIntent(scope, rest);
    await rollForward(scope, id);
    return { ...document, memberCount };
  }
  if (before && !change.resource) return writeMembers(scope, rest, before.document);
  return writeAttributes(scope, rest, { properties: { memberCount }, alongside: memberChanges(scope, rest) });
}

async function writeIntent(scope: DirectoryScope, change: GroupChange): Promise<ResourceDocument> {
  const intent = await prepareIntent(scope, change.id, change.members);
  try {
    return await decide(scope, change, intent);
  } catch (thrown) {
    // The timer removes what this does not.
    if (!isOutage(thrown)) await dropDraft(scope, intent.mark).catch(() => undefined);
    throw thrown;
  }
}

async function decide(
  scope: DirectoryScope,
  change: GroupChange,
  { mark, changes }: PreparedIntent,
): Promise<ResourceDocument> {
  const { id, before, operation } = change;
  const memberCount = before?.document.memberCount ?? 0;
  const alongside = [...(change.alongside ?? []), ...changes];
  if (!before || change.resource) {
    return writeAttributes(scope, change, { properties: { memberCount, intent: mark }, alongside });
  }
  const touch = touchGroup(scope, id, { by: 0, before: before.document });
  const set = { ...touch.set, intent: mark };
  const record = recordChanges(scope, groupType, { operation, id, attributes: ['members'] });
  await scope.store.commit(partitionOf(scope, groupType), [{ ...touch, set }, ...record, ...alongside]);
  return { ...before.document, ...set, revision: before.document.revision + 1 };
}

/** Changes the group only by an increment, so that requests for different members do not collide. */
async function writeMembers(
  scope: DirectoryScope,
  change: GroupChange,
  before: ResourceDocument,
): Promise<ResourceDocument> {
  const { id, operation, members } = change;
  const memberCount = (before.memberCount ?? 0) + balance(members);
  const touch = touchGroup(scope, id, { by: balance(members), before });
  const users = usersOf(members);
  await scope.store.commit(partitionOf(scope, groupType), [
    touch,
    ...recordChanges(scope, groupType, {
      ...{ operation, id, attributes: ['members'] },
      time: touchTime(scope, before),
      event: { revision: before.revision + 1, ...toldOf(members) },
    }),
    ...memberChanges(scope, change),
  ]);
  scope.concern?.(users);
  return { ...before, ...touch.set, memberCount, revision: before.revision + 1 };
}

/**
 * The change that gives a group a new revision and `by` more members, whatever its version. `before` is the group as it
 * was read, if it was. Fails with `stale` if the group is gone.
 */
export function touchGroup(
  scope: DirectoryScope,
  id: string,
  { by, before }: { by: number; before?: ResourceDocument },
): Increment {
  return {
    op: 'increment',
    kind: kindOf(groupType),
    id,
    by: { revision: 1, memberCount: by },
    set: { lastModified: new Date(touchTime(scope, before)).toISOString() },
    ifAbsent: 'fail',
  };
}

const touchTime = (scope: DirectoryScope, before: ResourceDocument | undefined) =>
  timeAfter(scope.now(), before?.lastModified);

function writeAttributes(
  scope: DirectoryScope,
  change: GroupChange,
  beside: Required<Pick<ResourceChange, 'properties' | 'alongside'>>,
): Promise<ResourceDocument> {
  const { type, id, before, operation, members, concerned = [] } = change;
  return writeResource(scope, type, {
    id,
    before,
    resource: change.resource ?? before?.document.resource ?? {},
    operation,
    ...beside,
    attributes: sizeOf(members) > 0 ? ['members'] : [],
    users: concerned,
    // The batches of a large change name their members themselves.
    members: isLarge(members) ? undefined : toldOf(members),
  });
}

const usersOf = ({ add, remove }: MemberChange) => [...add.keys(), ...remove];
const toldOf = ({ add, remove }: MemberChange) => ({
  added: add.size > 0 ? [...add.keys()] : undefined,
  removed: remove.size > 0 ? [...remove] : undefined,
});
const sizeOf = (members: MemberChange) => members.add.size + members.remove.size;
const isLarge = (members: MemberChange) => sizeOf(members) > limits.membersPerBatchMax;
const balance = (members: MemberChange) => members.add.size - members.remove.size;

function memberChanges(
  scope: DirectoryScope,
  { id, members, alongside = [] }: GroupChange,
): readonly Change[] {
  return [
    ...alongside,
    ...[...members.add].map(([user, type]) => addMember(scope, { group: id, user, type })),
    ...[...members.remove].map((user) => removeMember({ group: id, user })),
  ];
}
