import { writeGroup } from '../directory/members/groups.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { type StoredResource, writeResource } from '../directory/resources.ts';
import { equalJson, type JsonObject, type JsonValue } from '../scim/json.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import type { OnUnknown } from '../scim/validate/read.ts';
import { validateResource } from '../scim/validate.ts';
import { busy, retryLostRace } from '../store/retry-lost-race.ts';
import { membersConcerned } from './accounts.ts';
import type { Context } from './context.ts';
import { isIdle, membersNamed, planMembers } from './members.ts';
import { settlePassword, withPassword } from './password.ts';
import { isConditional, requireTarget, type Target, turnOf } from './preconditions.ts';
import { type Representation, representOne, type View } from './represent.ts';
import { asKept } from './rules.ts';

/** A parsed PUT, and the view of the resource for the answer. */
export interface ReplaceCommand extends Target, View {
  /** The body as the client sent it. It can only be validated against the resource that it replaces. */
  readonly body: JsonValue;
  readonly onUnknown: OnUnknown;
}

/**
 * Replaces a resource (RFC 7644 3.5.1). A resource that does not change keeps its version.
 *
 * Throws ScimError `notFound`, `versionMismatch`, `uniqueness`, and the errors of validation.
 */
export async function replaceResource(context: Context, command: ReplaceCommand): Promise<Representation> {
  const { type, onUnknown } = command;
  const attempt = async () => {
    const before = await requireTarget(context, command);
    const current = withPassword(before.document, type);
    const valid = validateResource(command.body, type, { context: 'replace', current, onUnknown });
    const resource = asKept(context, type, { resource: valid });
    return type.name === groupType.name
      ? replaceGroup(context, command, { before, resource })
      : replace(context, command, { before, resource });
  };
  const document = await retryLostRace(attempt, busy, turnOf(context, command.id));
  return representOne(context, document, command);
}

async function replace(
  { directory, passwords }: Context,
  { type, id }: Target,
  { before, resource: next }: { before: StoredResource; resource: JsonObject },
): Promise<ResourceDocument> {
  const settled = await settlePassword(passwords, type, { next, before: before.document });
  if (!settled) return before.document;
  return writeResource(directory, type, { id, before, ...settled, operation: 'replace' });
}

async function replaceGroup(
  context: Context,
  command: ReplaceCommand,
  { before, resource: group }: { before: StoredResource; resource: JsonObject },
): Promise<ResourceDocument> {
  const { type, id } = command;
  const { members, ...resource } = group;
  const plan = await planMembers(context, id, membersNamed(members, { clear: true }));
  const isSame = equalJson(resource, before.document.resource);
  if (isSame && isIdle(plan)) return before.document;
  return writeGroup(context.directory, {
    type,
    id,
    before,
    resource: isSame && !isConditional(command) ? undefined : resource,
    ...plan,
    concerned: await membersConcerned(context, before, resource),
    operation: 'replace',
  });
}
