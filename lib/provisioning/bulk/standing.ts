import type { StoredBulkResult } from '../../directory/bulk-records.ts';
import { type EventOperation, type MarkedEvent, markedEvents } from '../../directory/events.ts';
import { currentRevisions } from '../../directory/resources.ts';
import type { DirectoryScope } from '../../directory/scope.ts';
import type { BulkMethod } from '../../scim/message/bulk-request.ts';
import type { BulkResult } from '../../scim/message/bulk-response.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { versionOf } from '../../scim/version.ts';
import type { BulkStep } from './plan.ts';

type Steps = readonly (BulkStep | undefined)[];
type Results = ReadonlyMap<number, BulkResult>;

/** What an event tells of an operation that succeeded; a creation may have found a user to return. */
const traces: Readonly<Record<BulkMethod, { events: readonly EventOperation[]; status: number }>> = {
  POST: { events: ['create', 'replace'], status: 201 },
  PUT: { events: ['replace'], status: 200 },
  PATCH: { events: ['modify'], status: 200 },
  DELETE: { events: ['delete'], status: 204 },
};

/** The mark of one operation's events, which sorts by its position. */
export function markOf(run: string, position: number): string {
  return `${run}.${String(position).padStart(5, '0')}`;
}

/**
 * What a run that was cut off has done, read from its events: each was written with the change it tells of.
 */
export async function resultsOfRun(scope: DirectoryScope, steps: Steps, run: string): Promise<Results> {
  const done = new Map<number, BulkResult>();
  for (const event of await markedEvents(scope, `${run}.`)) {
    const position = Number(event.id.split(/[.:]/)[2]);
    const step = steps[position];
    const status = step && statusOf(step, event);
    if (status !== undefined) done.set(position, { status, id: event.resource });
  }
  return withVersions(scope, steps, done);
}

function statusOf({ method, type }: BulkStep, { operation, resourceType }: MarkedEvent): number | undefined {
  const { events, status } = traces[method];
  return resourceType === type?.name && events.includes(operation) ? status : undefined;
}

async function withVersions(scope: DirectoryScope, steps: Steps, done: Results): Promise<Results> {
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
 * Those of the remembered results that still hold: what was created is there, what was deleted is not, and
 * what was changed is as it was left. Failures never hold, since they may have been mended.
 */
export async function standingResults(
  scope: DirectoryScope,
  steps: Steps,
  results: readonly (StoredBulkResult | null)[],
): Promise<Results> {
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

/** The revisions of the resources that results are about, by one read for each resource type. */
async function revisionsOf(
  scope: DirectoryScope,
  steps: Steps,
  results: Results,
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
