import { limits } from '../../base/limits.ts';
import { groupType } from '../../scim/schema/resource-types.ts';
import { commitEach, commitOnce } from '../../store/commit-once.ts';
import { type Change, type Document, type Stored, StoreError } from '../../store/document-store.ts';
import { type DirectoryScope, partitionOf } from '../scope.ts';
import type { MemberChange, MemberType } from './memberships.ts';

/** The kind of the document of one part, in the container `groups`. */
export const partKind = 'intent-part';
/** The kind of a DraftDocument, in the container `groups`. */
export const draftKind = 'intent-draft';

/** The members of one batch of a large membership change. */
export interface IntentPart {
  /** The id of the part's document, which the batch removes; absent if it has no document. */
  readonly id?: string;
  readonly add: readonly (readonly [id: string, type: MemberType])[];
  readonly remove: readonly string[];
}

/** A note that parts are written for a change that is not decided. The batch that decides removes it. */
interface DraftDocument extends Document {
  readonly group: string;
  readonly mark: string;
  readonly parts: number;
  /** True once the parts are being removed; the change can no longer be decided. */
  readonly isVoid?: boolean;
}

interface DraftFacts {
  readonly group: string;
  readonly mark: string;
  /** The number of parts, which may not all be written. */
  readonly parts: number;
  /** The time from which the timer removes the parts, in milliseconds since 1970. */
  readonly due: number;
}

const draftId = (mark: string) => `intent-draft:${mark}`;
const partId = (mark: string, number: number) => `intent-part:${mark}:${number}`;

/** The change that notes parts which may have to be removed. */
export function draftChange(scope: DirectoryScope, facts: DraftFacts): Change {
  const { tenantId } = scope;
  const document: DraftDocument = { id: draftId(facts.mark), tenantId, kind: draftKind, ...facts };
  return { op: 'create', document };
}

/** Splits a membership change into parts that fit in one batch. */
export function* splitInParts({ add, remove }: IntentPart): Generator<IntentPart> {
  const size = limits.membersPerBatchMax;
  for (let start = 0; start < add.length + remove.length; start += size) {
    const end = start + size;
    const before = Math.max(0, start - add.length);
    const until = Math.max(0, end - add.length);
    yield { add: add.slice(start, end), remove: remove.slice(before, until) };
  }
}

/**
 * Writes the parts of a membership change that is not decided yet. Yields their number and the change that belongs to
 * the decision, which fails with `stale` if it comes so late that the timer has begun to remove the parts.
 */
export async function draftParts(
  scope: DirectoryScope,
  { group, mark, members }: { group: string; mark: string; members: MemberChange },
): Promise<{ readonly parts: number; readonly undraft: Change }> {
  const { store, tenantId } = scope;
  const partition = partitionOf(scope, groupType);
  const due = scope.now() + limits.lateWritersSeconds * 1_000;
  const written = [...splitInParts({ add: [...members.add], remove: [...members.remove] })];
  const parts = written.length;
  await store.commit(partition, [draftChange(scope, { group, mark, parts, due })]);
  const changes = written.map((part, number): Change => {
    return { op: 'create', document: { ...part, id: partId(mark, number), tenantId, kind: partKind } };
  });
  for (let start = 0; start < parts; start += limits.partsPerBatchMax) {
    await store.commit(partition, changes.slice(start, start + limits.partsPerBatchMax));
  }
  const draft = await readDraft(scope, mark);
  if (!draft) throw new StoreError('stale');
  const undraft = { op: 'delete', kind: draftKind, id: draftId(mark), ifVersion: draft.version } as const;
  return { parts, undraft };
}

/** Walks the parts that are there, some at a time. */
export async function* partsWritten(
  scope: DirectoryScope,
  { mark, parts }: { mark: string; parts: number },
): AsyncGenerator<IntentPart & { readonly id: string }> {
  const partition = partitionOf(scope, groupType);
  for (let start = 0; start < parts; start += limits.partsPerBatchMax) {
    const count = Math.min(limits.partsPerBatchMax, parts - start);
    const ids = Array.from({ length: count }, (_, n) => partId(mark, start + n));
    const found = await scope.store.readMany(ids.map((id) => ({ ...partition, kind: partKind, id })));
    for (const stored of found) if (stored) yield stored.document as IntentPart & Document;
  }
}

/** Removes the parts of a change that was not decided. Does nothing if it was. */
export async function dropDraft(scope: DirectoryScope, mark: string): Promise<void> {
  const draft = await readDraft(scope, mark);
  if (draft) await finishDraft(scope, draft);
}

/** Removes the parts that a draft notes, unless the change is decided at the same time. May be interrupted. */
export async function finishDraft(scope: DirectoryScope, { document, version }: Stored): Promise<void> {
  const { mark, parts, isVoid } = document as DraftDocument;
  const partition = partitionOf(scope, groupType);
  // The draft is changed first, so that a decision that comes late fails.
  const voided = { ...document, isVoid: true, due: scope.now() };
  const ending: Change = { op: 'replace', document: voided, ifVersion: version };
  if (!isVoid && !(await commitOnce(scope.store, partition, [ending]))) return;
  const drops: Change[] = [];
  for await (const { id } of partsWritten(scope, { mark, parts }))
    drops.push({ op: 'delete', kind: partKind, id });
  await commitEach(scope.store, partition, drops);
  await commitOnce(scope.store, partition, [{ op: 'delete', kind: draftKind, id: draftId(mark) }]);
}

async function readDraft(scope: DirectoryScope, mark: string): Promise<Stored | undefined> {
  return scope.store.read({ ...partitionOf(scope, groupType), kind: draftKind, id: draftId(mark) });
}
