import { writeGroup } from '../directory/members/groups.ts';
import { admitPending } from '../directory/members/pending-members.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { writeResource } from '../directory/resources.ts';
import type { JsonObject } from '../scim/json.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';
import { refuseTakeover } from './accounts.ts';
import type { Context } from './context.ts';
import { asKept } from './keep.ts';
import { membersNamed, planMembers } from './members.ts';
import { settlePassword } from './password.ts';
import { type Representation, representOne, type View } from './represent.ts';
import { reactivate } from './returning-user.ts';

/** A resource to come, and what of it is answered. */
export interface CreateCommand extends View {
  /** Valid for creation; a Group's `members` included. */
  readonly resource: JsonObject;
  /** The id to give, where it was chosen beforehand. */
  readonly id?: string;
}

/**
 * Creates a resource (RFC 7644 3.3), or has an inactive user return where the client's profile says so.
 *
 * Throws ScimError `uniqueness`, or `invalidValue` for unknown members.
 */
export async function createResource(context: Context, command: CreateCommand): Promise<Representation> {
  const resource = asKept(context, command.type, { resource: command.resource, isNew: true });
  const document = await create(context, { ...command, resource });
  // A user who returns has a later revision, and one who was waited for is in groups already.
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
  { directory, passwords }: Context,
  { type, resource, id = directory.newId() }: CreateCommand,
): Promise<ResourceDocument> {
  const settled = await settlePassword(passwords, type, { next: resource });
  return writeResource(directory, type, { id, resource, ...settled, operation: 'create' });
}

async function createUser(context: Context, command: CreateCommand): Promise<ResourceDocument> {
  await refuseTakeover(context, command.resource);
  const { returningUser, unknownMember } = context.traits;
  const user =
    returningUser === 'reactivate'
      ? await reactivate(context, command, () => write(context, command))
      : await write(context, command);
  if (unknownMember === 'keep') await admit(context, user);
  return user;
}

/**
 * A client that names members before they exist knows them by the externalId or userName that it sends later.
 */
async function admit({ directory, notes }: Context, { id, resource }: ResourceDocument): Promise<void> {
  const names = [resource.externalId, resource.userName].filter((name) => typeof name === 'string');
  const admitted = await admitPending(directory, id, names);
  if (admitted > 0) notes.met(['unknown-member-arrived']);
}

async function createGroup(context: Context, command: CreateCommand): Promise<ResourceDocument> {
  const { type, id = context.directory.newId() } = command;
  const { members, ...resource } = command.resource;
  const plan = await planMembers(context, id, membersNamed(members, { clear: false }));
  return writeGroup(context.directory, { type, id, resource, ...plan, operation: 'create' });
}
