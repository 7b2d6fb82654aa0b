import { Slices } from '../base/yield-to-event-loop.ts';
import { type MemberDocument, membershipsBy } from '../directory/members/memberships.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import type { JsonObject } from '../scim/json.ts';
import { type Selection, selects } from '../scim/project.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { groupMembersExtension, groupMemberType } from '../scim/schema/group-member.ts';
import { findExtension } from '../scim/schema/lookup.ts';
import { groupType, memberTypes, userType } from '../scim/schema/resource-types.ts';
import { versionOf } from '../scim/version.ts';
import type { Context } from './context.ts';

/** A resource ready to be projected and sent. */
export interface Representation {
  readonly resource: JsonObject;
  readonly version: string;
}

/** The attributes of a resource type that a client wants to see. */
export interface View {
  readonly type: ResourceType;
  readonly selection: Selection;
  /** True if the request has just created the resources, so that no group can have them yet. */
  readonly isNew?: boolean;
}

/** Completes one document to a SCIM resource. */
export async function representOne(
  context: Context,
  document: ResourceDocument,
  view: View,
): Promise<Representation> {
  const [representation] = await represent(context, [document], view);
  if (!representation) throw new Error('A document has no representation');
  return representation;
}

/** Completes documents to SCIM resources. It reads memberships only if the view returns them. */
export async function represent(
  context: Context,
  documents: readonly ResourceDocument[],
  view: View,
): Promise<readonly Representation[]> {
  const { type } = view;
  const edges = await readEdges(context, documents, view);
  const slices = new Slices();
  const representations: Representation[] = [];
  for (const document of documents) {
    if (slices.isOver()) await slices.next();
    const memberships = edges && (await edgeValues(context, type, edges.get(document.id)));
    representations.push(complete(context, type, { document, memberships }));
  }
  return representations;
}

function complete(
  context: Context,
  type: ResourceType,
  { document, memberships }: { document: ResourceDocument; memberships: JsonObject | undefined },
): Representation {
  const version = versionOf(document.revision);
  return {
    version,
    resource: {
      ...document.resource,
      id: document.id,
      ...memberships,
      ...membersMetadata(context, type, document),
      meta: {
        resourceType: type.name,
        created: document.created,
        lastModified: document.lastModified,
        location: locationOf(context, type, document.id),
        version,
      },
    },
  };
}

/** The absolute URI of a resource (RFC 7643 3.1). */
export function locationOf(context: Context, { endpoint }: { endpoint: string }, id: string): string {
  return `${context.baseUrl}${endpoint}/${id}`;
}

type Edges = ReadonlyMap<string, readonly MemberDocument[]>;

function readEdges(
  context: Context,
  documents: readonly ResourceDocument[],
  { type, selection, isNew = false }: View,
): Promise<Edges | undefined> {
  const ids = documents.map(({ id }) => id);
  if (type.name === userType.name && selects(selection, 'groups') && !isNew)
    return membershipsBy(context.directory, 'user', ids);
  if (type.name === groupType.name && selects(selection, 'members'))
    return membershipsBy(context.directory, 'group', ids);
  return Promise.resolve(undefined);
}

async function edgeValues(
  context: Context,
  type: ResourceType,
  memberships: readonly MemberDocument[] = [],
): Promise<JsonObject> {
  const isShown = context.traits.emptyMembers === 'shown' && type.name === groupType.name;
  if (memberships.length === 0 && !isShown) return {};
  if (type.name === userType.name) {
    const groups = memberships.map(({ group }) => ({
      value: group,
      $ref: locationOf(context, groupType, group),
      type: 'direct',
    }));
    return { groups };
  }
  const members: JsonObject[] = [];
  const slices = new Slices();
  for (const { user, type: memberType } of memberships) {
    if (slices.isOver()) await slices.next();
    const $ref = locationOf(context, memberTypes[memberType], user);
    members.push({ value: user, $ref, type: memberType });
  }
  return { members };
}

/** The extension that gives the number of a group's members and the URI to query them, if the tenant has it. */
function membersMetadata(
  { baseUrl }: Context,
  type: ResourceType,
  { id, memberCount = 0 }: ResourceDocument,
): JsonObject {
  if (!findExtension(type, groupMembersExtension.id)) return {};
  const filter = encodeURIComponent(`group.value eq "${id}"`);
  return {
    [groupMembersExtension.id]: {
      membersMetadata: {
        policy: 'hybrid',
        ref: `${baseUrl}${groupMemberType.endpoint}?filter=${filter}`,
        memberCount,
        allowedMemberTypes: Object.keys(memberTypes),
      },
    },
  };
}
