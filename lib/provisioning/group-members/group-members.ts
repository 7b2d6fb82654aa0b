import { writeGroup } from '../../directory/members/groups.ts';
import { displayNames, queryMembershipPage } from '../../directory/members/member-pages.ts';
import {
  type MemberChange,
  type Membership,
  type MemberType,
  presentMembers,
} from '../../directory/members/memberships.ts';
import type { ResumePoint } from '../../directory/query/page-marks.ts';
import { readWhole } from '../../directory/read-whole.ts';
import { existingResources, type StoredResource } from '../../directory/resources.ts';
import { invalidValue, notFound, ScimError } from '../../scim/errors.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import { bindFilter } from '../../scim/filter/bind.ts';
import type { Condition } from '../../scim/filter/condition.ts';
import { isJsonObject, type JsonObject } from '../../scim/json.ts';
import { selects } from '../../scim/project.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { groupType, memberTypes, userType } from '../../scim/schema/resource-types.ts';
import { matchesVersion, versionOf } from '../../scim/version.ts';
import { busy, retryLostRace } from '../../store/retry-lost-race.ts';
import type { Context } from '../context.ts';
import type { CreateCommand } from '../create.ts';
import { type PageStart, readPage } from '../cursor.ts';
import { requireVersion, type Target, turnOf } from '../preconditions.ts';
import { projectAll, type QueryCommand, type QueryOutcome } from '../query.ts';
import { locationOf, type Representation, type View } from '../represent.ts';
import type { RetrieveCommand } from '../retrieve.ts';

/**
 * Creates a membership (RFC 7644 3.3). It changes the group in the same way as a PATCH of its `members`.
 *
 * Throws ScimError `uniqueness` if the membership exists. Throws `invalidValue`, which names the id, if the group or
 * the member does not exist.
 */
export async function createGroupMember(context: Context, command: CreateCommand): Promise<Representation> {
  const { resource } = command;
  const ends = { group: valueIn(resource.group), user: valueIn(resource.member) };
  const attempt = async () => {
    const group = await readWhole(context.directory, groupType, ends.group);
    if (!group) throw missing('group.value', ends.group, groupType.name);
    const found = await requireNewMember(context, ends);
    await writeMembers(context, group, { add: new Map([[ends.user, found]]), remove: new Set() });
    return found;
  };
  const type = await retryLostRace(attempt, busy, turnOf(context, ends.group, { isShared: true }));
  return representOne(context, { ...ends, type }, command);
}

/**
 * Retrieves a membership by its id (RFC 7644 3.4.1), or only its version if `ifNoneMatch` matches it.
 *
 * Throws ScimError `notFound`.
 */
export async function retrieveGroupMember(
  context: Context,
  command: RetrieveCommand,
): Promise<Representation | { readonly version: string }> {
  const { membership } = await requireMembership(context, command);
  const isKnown = command.ifNoneMatch !== undefined && matchesVersion(command.ifNoneMatch, membershipVersion);
  return isKnown ? { version: membershipVersion } : representOne(context, membership, command);
}

/**
 * Queries memberships (RFC 7644 3.4.2) by group, by member or by both, or all of them. Reading page by page
 * costs the same for each page, however large the group is.
 *
 * Throws ScimError `invalidFilter`, `invalidValue` for a sort key, and the errors of cursors.
 */
export async function queryGroupMembers(context: Context, command: QueryCommand): Promise<QueryOutcome> {
  const { portions, paging } = command;
  const [view] = portions;
  if (!view) return { found: [], total: 0 };
  const { type, filter, selection, sort } = view;
  if (sort) throw invalidValue(`sortBy '${sort.name}' is not sortable: leave sortBy out`);

  const ends = filter ? endsOfFilter(filter, type) : {};
  const walk = { query: [type.name, ends, selection], paging };
  const { memberships, total, nextCursor } = await readPage(context, walk, async (start) =>
    ends ? queryByEnds(context, ends, { count: paging.count, ...start }) : nothing,
  );
  const representations = await representMemberships(context, memberships, view);
  return { found: await projectAll(representations, view), total, nextCursor };
}

/** The group and the member in the id of a membership; `undefined` for any other text. */
function endsOfId(id: string): Membership | undefined {
  const [group, user, ...more] = id.split('.');
  return group && user && more.length === 0 ? { group, user } : undefined;
}

/**
 * The group and the member that a filter on memberships names; `undefined` if no membership can match.
 *
 * Throws ScimError `invalidFilter` for anything but equalities with `group.value`, `member.value` and `id`.
 */
function endsOfFilter(filter: Filter, type: ResourceType): Partial<Membership> | undefined {
  const condition = bindFilter(filter, type);
  const terms = condition.kind === 'and' ? condition.conditions : [condition];
  const ends: { group?: string; user?: string } = {};
  for (const term of terms) {
    const named = endsOfTerm(term);
    if (!named) return undefined;
    if (conflict(ends.group, named.group) || conflict(ends.user, named.user)) return undefined;
    Object.assign(ends, named);
  }
  return ends;
}

const conflict = (a: string | undefined, b: string | undefined) =>
  a !== undefined && b !== undefined && a !== b;

function endsOfTerm(term: Condition): Partial<Membership> | undefined {
  if (term.kind !== 'compare' || term.op !== 'eq' || typeof term.value !== 'string') throw unsupported();
  switch (term.path.join('.')) {
    case 'group.value':
      return { group: term.value };
    case 'member.value':
      return { user: term.value };
    case 'id':
      return endsOfId(term.value);
    default:
      throw unsupported();
  }
}

function unsupported(): ScimError {
  return new ScimError('invalidFilter', {
    detail:
      'A filter of GroupMember can only compare group.value, member.value and id with eq, joined by and',
  });
}

/** Deletes a membership (RFC 7644 3.6). Throws ScimError `notFound` or `versionMismatch`. */
export function deleteGroupMember(context: Context, target: Target): Promise<void> {
  const remove = async () => {
    const { group, membership } = await requireMembership(context, target);
    requireVersion(membershipVersion, target);
    await writeMembers(context, group, { add: new Map(), remove: new Set([membership.user]) });
  };
  const group = endsOfId(target.id)?.group ?? '';
  return retryLostRace(remove, busy, turnOf(context, group, { isShared: true }));
}

interface Found {
  readonly memberships: readonly TypedMembership[];
  readonly total: number;
  readonly next?: ResumePoint;
}

const nothing: Found = { memberships: [], total: 0 };

async function queryByEnds(
  context: Context,
  { group, user }: Partial<Membership>,
  { startIndex = 1, after, total: known, count }: PageStart & { count: number },
): Promise<Found> {
  const { directory } = context;
  if (group !== undefined && user !== undefined) {
    const found = await findMembership(context, { group, user });
    return found ? { memberships: [found.membership].slice(startIndex - 1, count), total: 1 } : nothing;
  }
  const page = { startIndex, count, after: after?.position, total: known };
  if (user !== undefined) return queryMembershipPage(directory, { of: { side: 'user', id: user }, ...page });
  if (group === undefined) return queryMembershipPage(directory, page);
  const stored = await readWhole(directory, groupType, group);
  if (!stored) return nothing;
  const total = known ?? stored.document.memberCount ?? 0;
  return queryMembershipPage(directory, { of: { side: 'group', id: group }, ...page, total });
}

interface FoundMembership {
  readonly group: StoredResource;
  readonly membership: TypedMembership;
}

/** Reads the group first, because that completes a membership change that was interrupted. */
async function findMembership(
  { directory }: Context,
  { group: id, user }: Membership,
): Promise<FoundMembership | undefined> {
  const group = await readWhole(directory, groupType, id);
  const type = group && (await presentMembers(directory, id, [user])).get(user);
  return type && { group, membership: { group: id, user, type } };
}

async function requireMembership(context: Context, { id }: Target): Promise<FoundMembership> {
  const ends = endsOfId(id);
  const found = ends && (await findMembership(context, ends));
  if (found) return found;
  throw notFound(`GroupMember "${id.slice(0, 130)}" does not exist`);
}

async function requireNewMember({ directory }: Context, { group, user }: Membership): Promise<MemberType> {
  if ((await presentMembers(directory, group, [user])).has(user)) {
    throw new ScimError('uniqueness', {
      detail: 'member.value is already a member of the group in group.value',
    });
  }
  if ((await existingResources(directory, userType, [user])).has(user)) return userType.name;
  if (user !== group && (await existingResources(directory, groupType, [user])).has(user))
    return groupType.name;
  throw missing('member.value', user, 'User or other Group');
}

function missing(attribute: string, value: string, what: string): ScimError {
  return invalidValue(`${attribute} "${value.slice(0, 64)}" is not the id of a ${what}: create it first`);
}

async function writeMembers(
  { directory }: Context,
  before: StoredResource,
  members: MemberChange,
): Promise<void> {
  const { id } = before.document;
  await writeGroup(directory, { type: groupType, id, before, members, operation: 'modify' });
}

/** The `value` of `group` or `member`, which validation requires. */
function valueIn(end: JsonObject[string] | undefined): string {
  return isJsonObject(end) ? String(end.value) : '';
}

async function representOne(
  context: Context,
  membership: TypedMembership,
  view: View,
): Promise<Representation> {
  const [representation] = await representMemberships(context, [membership], view);
  if (!representation) throw new Error('A membership has no representation');
  return representation;
}

/** A membership never changes, so it has one version. */
const membershipVersion = versionOf(1);

/** A membership with the type of its member. */
interface TypedMembership extends Membership {
  readonly type: MemberType;
}

/** Completes memberships to SCIM resources. It reads display names only if the client asks for them. */
async function representMemberships(
  context: Context,
  memberships: readonly TypedMembership[],
  view: View,
): Promise<readonly Representation[]> {
  const names = await namesOf(context, memberships, view);
  const end = (value: string, type: ResourceType): JsonObject => {
    const $ref = locationOf(context, type, value);
    const display = names.get(value);
    return display === undefined ? { value, $ref } : { value, $ref, display };
  };
  return memberships.map(({ group, user, type }) => {
    const id = membershipId({ group, user });
    const resource = {
      id,
      group: end(group, groupType),
      member: { ...end(user, memberTypes[type]), type },
      meta: {
        resourceType: view.type.name,
        location: locationOf(context, view.type, id),
        version: membershipVersion,
      },
    };
    return { resource, version: membershipVersion };
  });
}

/** The display names of groups and members by id. An id is unique across both types. */
async function namesOf(
  { directory }: Context,
  memberships: readonly TypedMembership[],
  { selection }: View,
): Promise<ReadonlyMap<string, string>> {
  const ofGroups = selects(selection, 'group', 'display');
  const ofMembers = selects(selection, 'member', 'display');
  const membersOf = (type: MemberType) =>
    memberships.filter((one) => ofMembers && one.type === type).map(({ user }) => user);
  const groups = ofGroups ? memberships.map(({ group }) => group) : [];
  const [users, others] = await Promise.all([
    displayNames(directory, userType, membersOf(userType.name)),
    displayNames(directory, groupType, [...groups, ...membersOf(groupType.name)]),
  ]);
  return new Map([...users, ...others]);
}

/** The SCIM id of a membership, `group.member`. The ids of groups and members have no dots. */
function membershipId({ group, user }: Membership): string {
  return `${group}.${user}`;
}
