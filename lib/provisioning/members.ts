import { limits } from '../base/limits.ts';
import { Slices } from '../base/yield-to-event-loop.ts';
import type { GroupChange } from '../directory/members/groups.ts';
import {
  type MemberChange,
  type MemberType,
  presentMembers,
  queryMemberships,
} from '../directory/members/memberships.ts';
import {
  allWaiting,
  dropPending,
  keepPending,
  waitingMembers,
} from '../directory/members/pending-members.ts';
import { existingResources } from '../directory/resources.ts';
import type { DirectoryScope } from '../directory/scope.ts';
import { invalidValue } from '../scim/errors.ts';
import type { JsonValue } from '../scim/json.ts';
import { type FoldedMembers, readMembers } from '../scim/patch/members.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';
import type { Context } from './context.ts';

/** The wish for the `members` of a valid Group. With `clear` they replace the present ones, otherwise they join. */
export function membersNamed(members: JsonValue | undefined, { clear }: { clear: boolean }): FoldedMembers {
  const add = new Map(readMembers(members).map((member) => [member.value, member]));
  return { clear, add, remove: new Set(), where: [] };
}

/** Recognises a wish whose batch excludes no other that names other members. */
export function canRunBeside({ clear, add, remove, where }: FoldedMembers): boolean {
  return !clear && where.length === 0 && add.size + remove.size <= limits.membersPerBatchMax;
}

/** A wish for members. With `presumes` it is taken to add only absent members and to remove only present ones. */
export interface MemberWish extends FoldedMembers {
  readonly presumes?: boolean;
}

/** The changes that fulfil a wish in a group as it is now. */
interface MemberPlan {
  readonly members: MemberChange;
  /** Pending members to add and to remove. */
  readonly alongside: NonNullable<GroupChange['alongside']>;
}

export function isIdle({ members, alongside }: MemberPlan): boolean {
  return members.add.size + members.remove.size + alongside.length === 0;
}

/**
 * Compares a wish with the members of the group. It reads only the members that the wish names, unless the wish
 * clears the group or selects members by a filter. With `presumes` it reads none, and the batch fails if the wish is
 * taken wrongly.
 *
 * An unknown member becomes pending if the client's profile says so. Otherwise throws ScimError `invalidValue`,
 * which names it.
 */
export async function planMembers(
  context: Context,
  group: string,
  { presumes = false, ...wish }: MemberWish,
): Promise<MemberPlan> {
  const scope = context.directory;
  if (wish.add.has(group)) {
    throw invalidValue('members.value names the group itself: leave it out');
  }
  const present = await (presumes ? presumedMembers(wish) : readPresent(scope, group, wish));
  const missing = [...wish.add.keys()].filter((id) => !present.has(id));
  const { known, unknown } = await findMembers(scope, missing);
  // A member that is deleted just now may still be in the group.
  if (presumes && unknown.length > 0) return planMembers(context, group, wish);
  const members = { add: known, remove: await leaving(wish, present) };
  if (context.traits.unknownMember === 'refuse') {
    refuseUnknown(unknown);
    return { members, alongside: [] };
  }
  const gone = [...wish.remove].filter((id) => !present.has(id));
  return { members, alongside: await planPending(context, group, { clear: wish.clear, unknown, gone }) };
}

/** Adds unknown members as pending, and removes pending members that the client removes before they exist. */
async function planPending(
  context: Context,
  group: string,
  { clear, unknown, gone }: { clear: boolean; unknown: readonly string[]; gone: readonly string[] },
): Promise<MemberPlan['alongside']> {
  const scope = context.directory;
  if (unknown.length > 0) context.notes.met(['unknown-member-kept']);
  const waiting = clear
    ? new Set(await allWaiting(scope, group))
    : await waitingMembers(scope, group, [...unknown, ...gone]);
  const wanted = new Set(unknown);
  const dropped = (clear ? [...waiting] : gone).filter((id) => waiting.has(id) && !wanted.has(id));
  return [
    ...unknown.filter((id) => !waiting.has(id)).map((id) => keepPending(scope, group, id)),
    ...dropped.map((id) => dropPending(group, id)),
  ];
}

async function leaving(
  { clear, add, remove, where }: FoldedMembers,
  present: Present,
): Promise<ReadonlySet<string>> {
  const goes = (value: string, type: MemberType) =>
    clear || remove.has(value) || where.some((selects) => selects({ value, type }));
  const gone = new Set<string>();
  const slices = new Slices();
  for (const [id, type] of present) {
    if (!add.has(id) && goes(id, type)) gone.add(id);
    if (slices.isOver()) await slices.next();
  }
  return gone;
}

type Present = ReadonlyMap<string, MemberType>;

function readPresent(scope: DirectoryScope, group: string, wish: FoldedMembers): Promise<Present> {
  return wish.clear || wish.where.length > 0
    ? allMembers(scope, group)
    : presentMembers(scope, group, [...wish.add.keys(), ...wish.remove]);
}

/** The members before a change, if each part of it has an effect. Their types do not matter. */
function presumedMembers({ remove }: FoldedMembers): Present {
  return new Map([...remove].map((id) => [id, userType.name]));
}

async function allMembers(scope: DirectoryScope, group: string): Promise<Present> {
  const members = new Map<string, MemberType>();
  for await (const { user, type } of queryMemberships(scope, 'group', [group])) members.set(user, type);
  return members;
}

/** Finds the types of new members. An id is looked up as a user first. */
async function findMembers(
  scope: DirectoryScope,
  ids: readonly string[],
): Promise<{ known: ReadonlyMap<string, MemberType>; unknown: readonly string[] }> {
  const users = await existingResources(scope, userType, ids);
  const others = ids.filter((id) => !users.has(id));
  const groups = await existingResources(scope, groupType, others);
  const found = ids.filter((id) => users.has(id) || groups.has(id));
  return {
    known: new Map(found.map((id) => [id, users.has(id) ? userType.name : groupType.name])),
    unknown: ids.filter((id) => !users.has(id) && !groups.has(id)),
  };
}

function refuseUnknown([unknown]: readonly string[]): void {
  if (unknown === undefined) return;
  throw invalidValue(
    `members.value "${unknown.slice(0, 64)}" is not the id of a User or Group: create it first, or leave it out`,
  );
}
