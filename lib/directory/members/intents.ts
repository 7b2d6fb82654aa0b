import { limits } from '../../base/limits.ts';
import { groupType } from '../../scim/schema/resource-types.ts';
import type { Change, Document } from '../../store/document-store.ts';
import { retryLostRace, unavailable } from '../../store/retry-lost-race.ts';
import { recordChanges } from '../records.ts';
import type { ResourceDocument } from '../resource-document.ts';
import { readResource } from '../resources.ts';
import { type DirectoryScope, partitionOf } from '../scope.ts';
import {
  addMember,
  type MemberChange,
  type MemberType,
  presentMembers,
  removeMember,
} from './memberships.ts';

/** The kind of the document of a large membership change, in the container `groups`. */
export const intentKind = 'intent';

/** A membership change that is too large for one batch. Once it is written, it is always completed. */
interface IntentDocument extends Document {
  readonly group: string;
  readonly mark: string;
  readonly add: readonly (readonly [id: string, type: MemberType])[];
  readonly remove: readonly string[];
}

/** The id of the document of a group's large membership change. */
export const intentId = (group: string) => `intent:${group}`;

/** The change that decides a large membership change. The group has its `mark` until it is complete. */
export function intentChange(
  scope: DirectoryScope,
  group: string,
  { mark, members }: { mark: string; members: MemberChange },
): Change {
  const document: IntentDocument = {
    id: intentId(group),
    tenantId: scope.tenantId,
    kind: intentKind,
    // The timer completes it if the request is interrupted.
    due: scope.now(),
    group,
    mark,
    add: [...members.add],
    remove: [...members.remove],
  };
  return { op: 'create', document };
}

/** Completes a group's large membership change, batch by batch. May run twice at once and be interrupted. */
export async function rollForward(scope: DirectoryScope, group: string): Promise<void> {
  const key = { ...partitionOf(scope, groupType), kind: intentKind, id: intentId(group) };
  const intent = (await scope.store.read(key))?.document as IntentDocument | undefined;
  if (!intent) return;
  const { add, remove } = intent;
  const steps = [
    ...add.map(([user, type]) => ({ user, change: addMember(scope, { group, user, type }), by: 1 })),
    ...remove.map((user) => ({ user, change: removeMember({ group, user }), by: -1 })),
  ];
  for (let start = 0; start < steps.length; start += limits.membersPerBatchMax) {
    await rollBatch(scope, intent, steps.slice(start, start + limits.membersPerBatchMax));
  }
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

function rollBatch(scope: DirectoryScope, intent: IntentDocument, steps: readonly Step[]): Promise<void> {
  return writeMarked(scope, intent, async (document) => {
    const users = steps.map(({ user }) => user);
    const present = await presentMembers(scope, intent.group, users);
    const left = steps.filter(({ user, by }) => present.has(user) !== by > 0);
    if (left.length === 0) return undefined;
    const memberCount = left.reduce((sum, { by }) => sum + by, document.memberCount ?? 0);
    const alongside = [...left.map(({ change }) => change), ...concernChanges(scope, intent, left)];
    return { document: { ...document, memberCount }, alongside };
  });
}

/** The record that names the members of a batch. Without accounts, the record of the decision is enough. */
function concernChanges(
  scope: DirectoryScope,
  { group }: IntentDocument,
  steps: readonly Step[],
): readonly Change[] {
  if (!scope.concern) return [];
  const facts = { operation: 'modify', id: group, attributes: ['members'], isPart: true } as const;
  return recordChanges(scope, groupType, { ...facts, users: steps.map(({ user }) => user) });
}

interface MarkedWrite {
  readonly document: ResourceDocument;
  readonly alongside: readonly Change[];
}

/** Writes changes together with the group while it has the intent's mark. Afterwards it changes nothing. */
async function writeMarked(
  scope: DirectoryScope,
  { group, mark }: IntentDocument,
  next: (document: ResourceDocument) => MarkedWrite | undefined | Promise<MarkedWrite | undefined>,
): Promise<void> {
  await retryLostRace(async () => {
    const stored = await readResource(scope, groupType, group);
    if (stored?.document.intent !== mark) return;
    const write = await next(stored.document);
    if (!write) return;
    const replacement: Change = { op: 'replace', document: write.document, ifVersion: stored.version };
    await scope.store.commit(partitionOf(scope, groupType), [replacement, ...write.alongside]);
  }, unavailable);
}
