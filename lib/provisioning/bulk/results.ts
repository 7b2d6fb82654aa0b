import { forEachConcurrently } from '../../base/for-each-concurrently.ts';
import { limits } from '../../base/limits.ts';
import type { StoredBulkResult } from '../../directory/bulk-records.ts';
import { finishDeletion } from '../../directory/deletion.ts';
import { type MarkedChange, markedChanges, type Operation } from '../../directory/records.ts';
import { currentRevisions } from '../../directory/resources.ts';
import type { DirectoryScope } from '../../directory/scope.ts';
import type { BulkMethod } from '../../scim/message/bulk-request.ts';
import type { BulkResult } from '../../scim/message/bulk-response.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { versionOf } from '../../scim/version.ts';
import type { BulkStep } from './plan.ts';

type Steps = readonly (BulkStep | undefined)[];
/** The results of operations by their positions in the request, from 0. */
export type BulkResults = ReadonlyMap<number, BulkResult>;

/** The record and the status of an operation that succeeded, by method. A POST may have reactivated a user. */
const traces: Readonly<Record<BulkMethod, { operations: readonly Operation[]; status: number }>> = {
  POST: { operations: ['create', 'replace'], status: 201 },
  PUT: { operations: ['replace'], status: 200 },
  PATCH: { operations: ['modify'], status: 200 },
  DELETE: { operations: ['delete'], status: 204 },
};

/** The mark of one operation's changes. Marks sort by position. */
export function markOf(run: string, position: number): string {
  return `${run}.${String(position).padStart(5, '0')}`;
}

/**
 * The results of operations that any execution of a run has done, read from their receipts. A receipt is
 * written in one batch with its change. `mark` is that of one operation, or the beginning of all marks of the run.
 * Deletions among them may have been cut off after that batch, so it ends their memberships first.
 */
export async function resultsByMark(scope: DirectoryScope, steps: Steps, mark: string): Promise<BulkResults> {
  const done = new Map<number, BulkResult>();
  for (const change of await markedChanges(scope, mark)) {
    const position = Number(change.id.split(/[.:]/)[2]);
    const step = steps[position];
    const status = step && statusOf(step, change);
    if (status !== undefined) done.set(position, { status, id: change.resource });
  }
  await finishDeletions(scope, steps, done);
  return withVersions(scope, steps, done);
}

async function finishDeletions(scope: DirectoryScope, steps: Steps, done: BulkResults): Promise<void> {
  const deletions = [...done].filter(([position]) => steps[position]?.method === 'DELETE');
  await forEachConcurrently(deletions, limits.bulkOperationsAtOnce, async ([position, { id = '' }]) => {
    const type = steps[position]?.type;
    if (type) await finishDeletion(scope, type, id);
  });
}

function statusOf({ method, type }: BulkStep, { operation, resourceType }: MarkedChange): number | undefined {
  const { operations, status } = traces[method];
  return resourceType === type?.name && operations.includes(operation) ? status : undefined;
}

async function withVersions(scope: DirectoryScope, steps: Steps, done: BulkResults): Promise<BulkResults> {
  const revisions = await revisionsOf(scope, steps, done);
  return new Map(
    [...done].map(([position, result]) => {
      const revision = revisions.get(placeOf(steps[position]?.type, result.id));
      const isThere = revision !== undefined && result.status !== 204;
      return [position, isThere ? { ...result, version: versionOf(revision) } : result];
    }),
  );
}

/**
 * The stored results that still hold: a created resource exists, a deleted one does not, and a changed one has
 * the version that the request gave it. A failure never holds, because its cause may be gone.
 */
export async function standingResults(
  scope: DirectoryScope,
  steps: Steps,
  results: readonly (StoredBulkResult | null)[],
): Promise<BulkResults> {
  const succeeded = new Map<number, BulkResult>();
  for (const [position, result] of results.entries()) {
    if (!result || result.error) continue;
    succeeded.set(position, { status: result.status, id: result.id, version: result.version });
  }
  const revisions = await revisionsOf(scope, steps, succeeded);
  const lastVersions = new Map<string, number>();
  for (const [position, { id, version }] of succeeded) {
    const place = placeOf(steps[position]?.type, id);
    lastVersions.set(place, Math.max(lastVersions.get(place) ?? 0, revisionIn(version)));
  }
  return new Map(
    [...succeeded].filter(([position, { id }]) => {
      const place = placeOf(steps[position]?.type, id);
      const revision = revisions.get(place);
      switch (steps[position]?.method) {
        case 'POST':
          return revision !== undefined;
        case 'DELETE':
          return revision === undefined;
        default:
          return revision === lastVersions.get(place);
      }
    }),
  );
}

const revisionIn = (version = '') => Number(/\d+/.exec(version)?.[0] ?? 0);

const placeOf = (type: ResourceType | undefined, id = '') => `${type?.name} ${id}`;

/** The revisions of the resources of results, by `placeOf`. It makes one read for each resource type. */
async function revisionsOf(
  scope: DirectoryScope,
  steps: Steps,
  results: BulkResults,
): Promise<ReadonlyMap<string, number>> {
  const idsByType = new Map<ResourceType, Set<string>>();
  for (const [position, { id }] of results) {
    const type = steps[position]?.type;
    if (!type || id === undefined) continue;
    idsByType.set(type, (idsByType.get(type) ?? new Set()).add(id));
  }
  const revisions = new Map<string, number>();
  for (const [type, ids] of idsByType) {
    for (const [id, revision] of await currentRevisions(scope, type, [...ids])) {
      revisions.set(placeOf(type, id), revision);
    }
  }
  return revisions;
}
