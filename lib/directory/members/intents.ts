import { limits } from '../../base/limits.ts';
import { groupType } from '../../scim/schema/resource-types.ts';
import { timeAfter } from '../../store/change-document.ts';
import type { Change, Document } from '../../store/document-store.ts';
import { retryLostRace, unavailable } from '../../store/retry-lost-race.ts';
import { recordChanges } from '../records.ts';
import type { ResourceDocument } from '../resource-document.ts';
import { readResource } from '../resources.ts';
import { type DirectoryScope, partitionOf } from '../scope.ts';
import {
  draftChange,
  draftParts,
  type IntentPart,
  partKind,
  partsWritten,
  splitInParts,
} from './intent-parts.ts';
import { addMember, type MemberChange, presentMembers, removeMember } from './memberships.ts';

/** The kind of the document of a large membership change, in the container `groups`. */
export const intentKind = 'intent';

/**
 * A membership change that is too large for one batch. Once it is written, it is always completed. It has its members
 * or the number of its parts.
 */
interface IntentDocument extends Document, Partial<Omit<IntentPart, 'id'>> {
  readonly group: string;
  readonly mark: string;
  readonly parts?: number;
}

/** The id of the document of a group's large membership change. */
const intentId = (group: string) => `intent:${group}`;

/** A large membership change that can be decided by a batch with these changes and the mark in the group. */
export interface PreparedIntent {
  readonly mark: string;
  readonly changes: readonly Change[];
}

/**
 * Prepares a large membership change. More than `limits.membersPerIntentMax` members are written in parts first, so
 * that no document grows with the group.
 */
export async function prepareIntent(
  scope: DirectoryScope,
  group: string,
  members: MemberChange,
): Promise<PreparedIntent> {
  const mark = scope.newId();
  const isSmall = members.add.size + members.remove.size <= limits.membersPerIntentMax;
  const draft = isSmall ? undefined : await draftParts(scope, { group, mark, members });
  const listed = draft ? { parts: draft.parts } : { add: [...members.add], remove: [...members.remove] };
  const document: IntentDocument = {
    id: intentId(group),
    tenantId: scope.tenantId,
    kind: intentKind,
    // The timer completes it if the request is interrupted.
    due: scope.now(),
    group,
    mark,
    ...listed,
  };
  const create: Change = { op: 'create', document };
  return { mark, changes: draft ? [draft.undraft, create] : [create] };
}

/** The changes that give up a large membership change when its group is deleted. */
export async function abandonIntent(scope: DirectoryScope, group: string): Promise<readonly Change[]> {
  const intent = await readIntent(scope, group);
  if (!intent) return [];
  const { mark, parts = 0 } = intent;
  return [
    { op: 'delete', kind: intentKind, id: intentId(group) },
    draftChange(scope, { group, mark, parts, due: scope.now() }),
  ];
}

async function readIntent(scope: DirectoryScope, group: string): Promise<IntentDocument | undefined> {
  const key = { ...partitionOf(scope, groupType), kind: intentKind, id: intentId(group) };
  return (await scope.store.read(key))?.document as IntentDocument | undefined;
}

/** Checks if large membership changes of the tenant are still to be completed. */
export async function hasIntents(scope: DirectoryScope): Promise<boolean> {
  const query = { ...partitionOf(scope, groupType), kind: intentKind, limit: 1 };
  return (await scope.store.query(query)).documents.length > 0;
}

/** Completes a group's large membership change, batch by batch. May run twice at once and be interrupted. */
export async function rollForward(scope: DirectoryScope, group: string): Promise<void> {
  const intent = await readIntent(scope, group);
  if (!intent) return;
  const { mark, parts, add = [], remove = [] } = intent;
  const steps = parts === undefined ? splitInParts({ add, remove }) : partsWritten(scope, { mark, parts });
  for await (const part of steps) await rollPart(scope, intent, part);
  await writeMarked(scope, intent, (document) => ({
    document: { ...document, intent: undefined },
    alongside: [{ op: 'delete', kind: intentKind, id: intentId(group) }],
  }));
}

interface Step {
  readonly user: string;
  readonly change: Change;
  /** The difference in the number of members: 1 or -1. */
  readonly by: number;
}

function rollPart(scope: DirectoryScope, intent: IntentDocument, part: IntentPart): Promise<void> {
  const { group } = intent;
  const steps: readonly Step[] = [
    ...part.add.map(([user, type]) => ({ user, change: addMember(scope, { group, user, type }), by: 1 })),
    ...part.remove.map((user) => ({ user, change: removeMember({ group, user }), by: -1 })),
  ];
  const drop: readonly Change[] = part.id ? [{ op: 'delete', kind: partKind, id: part.id }] : [];
  return writeMarked(scope, intent, async (document, lost) => {
    // Usually nothing of the part is done. If something is, the first attempt fails.
    if (lost > 0 && part.id && !(await isWritten(scope, part.id))) return undefined;
    const left = lost === 0 ? steps : await stepsLeft(scope, group, steps);
    if (left.length + drop.length === 0) return undefined;
    const memberCount = left.reduce((sum, { by }) => sum + by, document.memberCount ?? 0);
    const changes = left.map(({ change }) => change);
    return {
      document: { ...document, memberCount },
      alongside: [...changes, ...drop, ...partRecord(scope, document, left)],
    };
  });
}

async function isWritten(scope: DirectoryScope, id: string): Promise<boolean> {
  const key = { ...partitionOf(scope, groupType), kind: partKind, id };
  return (await scope.store.read(key)) !== undefined;
}

async function stepsLeft(
  scope: DirectoryScope,
  group: string,
  steps: readonly Step[],
): Promise<readonly Step[]> {
  const users = steps.map(({ user }) => user);
  const present = await presentMembers(scope, group, users);
  return steps.filter(({ user, by }) => present.has(user) !== by > 0);
}

/** The record that names the members of a batch. The audit trail has the record of the decision. */
function partRecord(
  scope: DirectoryScope,
  { id, revision, lastModified }: ResourceDocument,
  steps: readonly Step[],
): readonly Change[] {
  if (steps.length === 0) return [];
  const named = (sign: number) => steps.filter(({ by }) => by === sign).map(({ user }) => user);
  return recordChanges(scope, groupType, {
    ...{ operation: 'modify', id, attributes: ['members'], isPart: true },
    time: timeAfter(scope.now(), lastModified),
    event: { revision, added: named(1), removed: named(-1) },
  });
}

interface MarkedWrite {
  readonly document: ResourceDocument;
  readonly alongside: readonly Change[];
}

type Awaitable<T> = T | Promise<T>;

/**
 * Writes changes together with the group while it has the intent's mark. Afterwards it changes nothing. `next` gets
 * the number of lost attempts before it.
 */
async function writeMarked(
  scope: DirectoryScope,
  { group, mark }: IntentDocument,
  next: (document: ResourceDocument, lost: number) => Awaitable<MarkedWrite | undefined>,
): Promise<void> {
  await retryLostRace(async (lost) => {
    const stored = await readResource(scope, groupType, group);
    if (stored?.document.intent !== mark) return;
    const write = await next(stored.document, lost);
    if (!write) return;
    const replacement: Change = { op: 'replace', document: write.document, ifVersion: stored.version };
    await scope.store.commit(partitionOf(scope, groupType), [replacement, ...write.alongside]);
  }, unavailable);
}
