import { writeGroup } from '../directory/members/groups.ts';
import { admitPending } from '../directory/members/pending-members.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { readResource, writeResource } from '../directory/resources.ts';
import { ownerOf } from '../directory/unique-values.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';
import { toSearchForm } from '../scim/schema/search-form.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import { refuseTakeover } from './accounts.ts';
import type { Context } from './context.ts';
import { membersNamed, planMembers } from './members.ts';
import { settlePassword } from './password.ts';
import { type Representation, representOne, type View } from './represent.ts';
import { asKept } from './rules.ts';

/** A resource to create, and its view. */
export interface CreateCommand extends View {
  /** Validated for creation. A Group has its `members` here. */
  readonly resource: JsonObject;
  /** The id, if it was chosen beforehand. */
  readonly id?: string;
}

/**
 * Creates a resource (RFC 7644 3.3), or reactivates an inactive user if the client's profile says so.
 *
 * Throws ScimError `uniqueness`, and `invalidValue` for unknown members and for a user that the policy refuses.
 */
export async function createResource(context: Context, command: CreateCommand): Promise<Representation> {
  const resource = asKept(context, command.type, { resource: command.resource, isNew: true });
  const document = await create(context, { ...command, resource });
  // A reactivated user has a later revision, and a user who was a pending member is in groups already.
  const isNew = document.revision === 1 && context.traits.unknownMember === 'refuse';
  return representOne(context, document, { ...command, isNew });
}

function create(context: Context, command: CreateCommand): Promise<ResourceDocument> {
  switch (command.type.name) {
    case groupType.name:
      return createGroup(context, command);
    case userType.name:
      return createUser(context, command);
    default:
      return write(context, command);
  }
}

async function write(
  { directory, passwords, traits }: Context,
  { type, resource, id = directory.newId() }: CreateCommand,
): Promise<ResourceDocument> {
  const settled = await settlePassword(passwords, type, { next: resource });
  const isAwaited = isAwaitedIn(traits, type);
  return writeResource(directory, type, { id, resource, ...settled, operation: 'create', isAwaited });
}

/** Recognises a user for whom groups may wait. */
function isAwaitedIn({ unknownMember }: Context['traits'], { name }: ResourceType): boolean {
  return unknownMember === 'keep' && name === userType.name;
}

async function createUser(context: Context, command: CreateCommand): Promise<ResourceDocument> {
  await refuseTakeover(context, command.resource);
  const user =
    context.traits.returningUser === 'reactivate'
      ? await reactivate(context, command, () => write(context, command))
      : await write(context, command);
  if (isAwaitedIn(context.traits, command.type)) await admit(context, user);
  return user;
}

/**
 * Adds a new user to the groups that were waiting for it. The client named it there by its externalId or userName.
 */
async function admit({ directory, notes }: Context, user: ResourceDocument): Promise<void> {
  const admitted = await admitPending(directory, user);
  if (admitted > 0) notes.met(['unknown-member-arrived']);
}

async function createGroup(context: Context, command: CreateCommand): Promise<ResourceDocument> {
  const { type, id = context.directory.newId() } = command;
  const { members, ...resource } = command.resource;
  const plan = await planMembers(context, id, membersNamed(members, { clear: false }));
  return writeGroup(context.directory, { type, id, resource, ...plan, operation: 'create' });
}

interface Returning {
  readonly type: ResourceType;
  readonly resource: JsonObject;
}

/**
 * Creates a user. If its userName belongs to an inactive user, it replaces the attributes of that user instead,
 * which keeps its id and memberships.
 *
 * Throws ScimError `uniqueness` if the userName belongs to an active user.
 */
async function reactivate(
  context: Context,
  returning: Returning,
  create: () => Promise<ResourceDocument>,
): Promise<ResourceDocument> {
  try {
    return await create();
  } catch (thrown) {
    if (!(thrown instanceof ScimError) || thrown.code !== 'uniqueness') throw thrown;
    const returned = await retryLostRace(() => replaceInactive(context, returning));
    if (!returned) throw thrown;
    context.notes.met(['returning-user']);
    return returned;
  }
}

async function replaceInactive(
  { directory, passwords, traits }: Context,
  { type, resource }: Returning,
): Promise<ResourceDocument | undefined> {
  const { userName } = toSearchForm(resource, type);
  const id = await ownerOf(directory, type, { attribute: 'userName', value: String(userName) });
  const before = id === undefined ? undefined : await readResource(directory, type, id);
  if (before?.document.resource.active !== false) return undefined;
  // A POST without `active` creates a user who is live, and it does so for one who returns.
  const next = resource.active === undefined ? { ...resource, active: true } : resource;
  const settled = await settlePassword(passwords, type, { next, before: before.document });
  if (!settled) return before.document;
  return writeResource(directory, type, {
    ...{ id: before.document.id, before, ...settled, operation: 'replace' },
    isAwaited: isAwaitedIn(traits, type),
  });
}
