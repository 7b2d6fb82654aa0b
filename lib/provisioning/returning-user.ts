import type { ResourceDocument } from '../directory/resource-document.ts';
import { readResource, writeResource } from '../directory/resources.ts';
import { ownerOf } from '../directory/unique-values.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { toSearchForm } from '../scim/schema/search-form.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import type { Context } from './context.ts';
import { settlePassword } from './password.ts';

interface Returning {
  readonly type: ResourceType;
  readonly resource: JsonObject;
}

/**
 * Creates a user, or, where its userName belongs to an inactive user, has that user return: same id, same
 * memberships, the attributes that the client sent. An active user of that name is left alone. Throws
 * ScimError `uniqueness`.
 */
export async function reactivate(
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
  { directory, passwords }: Context,
  { type, resource }: Returning,
): Promise<ResourceDocument | undefined> {
  const { userName } = toSearchForm(resource, type);
  const id = await ownerOf(directory, type, { attribute: 'userName', value: String(userName) });
  const before = id === undefined ? undefined : await readResource(directory, type, id);
  if (before?.document.resource.active !== false) return undefined;
  const settled = await settlePassword(passwords, type, { next: resource, before: before.document });
  if (!settled) return before.document;
  return writeResource(directory, type, { id: before.document.id, before, ...settled, operation: 'replace' });
}
