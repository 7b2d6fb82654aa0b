import { writeGroup } from '../directory/groups.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { writeResource } from '../directory/resources.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Context } from './context.ts';
import { requireMembers, takeMembers } from './members.ts';
import { type Representation, representOne, type View } from './represent.ts';

export interface CreateCommand extends View {
  /** Valid for creation; a Group's `members` included. */
  readonly resource: JsonObject;
}

/** Creates a resource (RFC 7644 3.3); throws ScimError `uniqueness`, or `invalidValue` for unknown members. */
export async function createResource(context: Context, command: CreateCommand): Promise<Representation> {
  const document =
    command.type.name === 'Group' ? await createGroup(context, command) : await create(context, command);
  return representOne(context, document, command);
}

function create({ directory }: Context, { type, resource }: CreateCommand): Promise<ResourceDocument> {
  return writeResource(directory, type, { id: directory.newId(), resource, operation: 'create' });
}

async function createGroup({ directory }: Context, command: CreateCommand): Promise<ResourceDocument> {
  const id = directory.newId();
  const { resource, wish } = takeMembers(command.resource, true);
  const members = {
    add: await requireMembers(directory, id, [...wish.add.keys()]),
    remove: new Set<string>(),
  };
  return writeGroup(directory, { type: command.type, id, resource, members, operation: 'create' });
}
