import { limits } from '../base/limits.ts';
import { Slices } from '../base/yield-to-event-loop.ts';
import { writeGroup } from '../directory/members/groups.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { isResourceId, writeResource } from '../directory/resources.ts';
import { ScimError } from '../scim/errors.ts';
import { equalJson, type JsonObject } from '../scim/json.ts';
import type { PatchOperation } from '../scim/message/patch-op.ts';
import { applyPatch } from '../scim/patch/apply.ts';
import { foldMembers, separateMembers } from '../scim/patch/members.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import { validateModified } from '../scim/validate.ts';
import { versionOf } from '../scim/version.ts';
import type { Freshness } from '../store/document-store.ts';
import { busy, retryLostRace } from '../store/retry-lost-race.ts';
import { membersConcerned } from './accounts.ts';
import type { Context } from './context.ts';
import { canRunBeside, isIdle, type MemberWish, planMembers } from './members.ts';
import { settlePassword, withPassword } from './password.ts';
import { isConditional, requireTarget, type Target, turnOf } from './preconditions.ts';
import { type Representation, representOne, type View } from './represent.ts';
import { asKept } from './rules.ts';

/** A parsed PATCH, and the view of the resource for the answer. */
export interface ModifyCommand extends Target, View {
  readonly operations: readonly PatchOperation[];
  /** The body of the answer. `unlessLarge` omits a group of more than `limits.membersInPatchAnswerMax` members. */
  readonly answer: 'resource' | 'none' | 'unlessLarge';
}

/**
 * Modifies a resource (RFC 7644 3.5.2). It applies all operations or none. A resource that does not change keeps
 * its version.
 *
 * Yields only the version if `answer` omits the resource. Throws ScimError `notFound`, `versionMismatch`,
 * `uniqueness`, and the errors of applyPatch() and of validation.
 */
export async function modifyResource(
  context: Context,
  command: ModifyCommand,
): Promise<Representation | { readonly version: string }> {
  const { type, id } = command;
  const isGroup = type.name === groupType.name;
  const { operations, steps } = isGroup
    ? separateMembers(command.operations, type)
    : { ...command, steps: [] };
  const wish = foldMembers(steps);
  const isShared = operations.length === 0 && !isConditional(command) && canRunBeside(wish);
  // Most clients add and remove only what has an effect. Otherwise the first attempt ends with a lost race. A text
  // that cannot be an id names a member that waits.
  const mayPresume = isShared && [...wish.remove].every(isResourceId);
  const attempt = (lost: number) =>
    isGroup
      ? modifyGroup(context, { ...command, operations }, { ...wish, presumes: mayPresume && lost === 0 })
      : modify(context, command, lost);
  const document = await retryLostRace(attempt, busy, turnOf(context, id, { isShared }));
  const isLarge = (document.memberCount ?? 0) > limits.membersInPatchAnswerMax;
  const isShown = command.answer === 'resource' || (command.answer === 'unlessLarge' && !isLarge);
  return isShown ? representOne(context, document, command) : { version: versionOf(document.revision) };
}

/**
 * Modifies a resource without members. The first attempt reads it at half the price. Only a batch that names the
 * version shows that the read was up to date, so any other outcome is found again with the latest state.
 */
async function modify(context: Context, command: ModifyCommand, lost: number): Promise<ResourceDocument> {
  if (lost === 0) {
    const outcome = await modifyOnce(context, command, 'recent').catch((thrown: unknown) => {
      if (!(thrown instanceof ScimError)) throw thrown;
    });
    if (outcome?.isWritten) return outcome.document;
  }
  return (await modifyOnce(context, command, 'latest')).document;
}

async function modifyOnce(context: Context, command: ModifyCommand, freshness: Freshness) {
  const { type, id, operations } = command;
  const reading = { ...context, directory: { ...context.directory, freshness } };
  const before = await requireTarget(reading, command);
  const { document } = before;
  const next = await modified(context, withPassword(document, type), { operations, type });
  const settled = next && (await settlePassword(context.passwords, type, { next, before: document }));
  if (!settled) return { document, isWritten: false };
  const change = { id, before, ...settled, operation: 'modify' } as const;
  return { document: await writeResource(context.directory, type, change), isWritten: true };
}

/** `operations` of the command are those on attributes; `wish` is the change of the members. */
async function modifyGroup(
  context: Context,
  command: ModifyCommand,
  wish: MemberWish,
): Promise<ResourceDocument> {
  const { type, id, operations } = command;
  const before = await requireTarget(context, command);
  const resource = await modified(context, before.document.resource, { operations, type });
  const plan = await planMembers(context, id, wish);
  if (!resource && isIdle(plan)) return before.document;
  return writeGroup(context.directory, {
    type,
    id,
    before,
    resource: resource ?? (isConditional(command) ? before.document.resource : undefined),
    ...plan,
    concerned: await membersConcerned(context, before, resource),
    operation: 'modify',
  });
}

/** The resource after the operations; `undefined` if they change nothing. */
async function modified(
  context: Context,
  current: JsonObject,
  { operations, type }: { operations: readonly PatchOperation[]; type: ResourceType },
): Promise<JsonObject | undefined> {
  const slices = new Slices();
  let patched = current;
  for (const operation of operations) {
    patched = applyPatch(patched, [operation], type);
    await slices.next();
  }
  if (patched === current) return undefined;
  const valid = validateModified(patched, type, { current });
  const resource = asKept(context, type, { resource: valid });
  return equalJson(resource, current) ? undefined : resource;
}
