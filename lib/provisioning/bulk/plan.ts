import { limits } from '../../base/limits.ts';
import { Slices } from '../../base/yield-to-event-loop.ts';
import { ScimError } from '../../scim/errors.ts';
import { isJsonObject, type JsonValue } from '../../scim/json.ts';
import { referencesIn, textsIn } from '../../scim/message/bulk-references.ts';
import type { BulkMethod } from '../../scim/message/bulk-request.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { withoutCase } from '../../scim/schema/search-form.ts';
import type { BulkPlan } from './schedule.ts';

/** An operation of a bulk request, with its resource type. */
export interface BulkStep {
  readonly method: BulkMethod;
  /** Absent if the endpoint does not offer the type. */
  readonly type?: ResourceType;
  /** The id in its path, which may be a `bulkId:` reference; absent with `POST`. */
  readonly target?: string;
  readonly bulkId?: string;
  readonly data: JsonValue;
}

interface PlanOptions {
  /** The attributes whose value at most one resource may have, by resource type name. */
  readonly uniqueAttributes: Readonly<Record<string, readonly string[]>>;
}

/**
 * Decides which operations must keep their order, so that the outcome is the same as one after the other (RFC 7644
 * 3.7). These are operations on one resource, operations that name it, and operations that may use a unique value
 * which another one releases. A creation comes before the operations that refer to it, even if it stands after
 * them. No operation waits for an absent step.
 *
 * Throws ScimError `payloadTooLarge` for more than `limits.bulkReferencesMax` references.
 */
export async function planBulk(
  steps: readonly (BulkStep | undefined)[],
  { uniqueAttributes }: PlanOptions,
): Promise<BulkPlan> {
  const slices = new Slices();
  let named = 0;
  const firm = steps.map(() => new Set<number>());
  const soft = steps.map(() => new Set<number>());
  const creations = new Map(steps.flatMap(creationOf));
  const targets = new Set(steps.flatMap((step) => step?.target ?? []));
  const lanes = new Map<string, Lane>();
  for (const [position, step] of steps.entries()) {
    if (!step) continue;
    const { references, mentions } = namesIn(step, targets);
    named += references.length;
    if (named > limits.bulkReferencesMax) throw tooManyReferences();
    for (const bulkId of references) {
      const creation = creations.get(bulkId);
      if (creation === undefined || creation === position) continue;
      (creation < position ? firm : soft)[position]?.add(creation);
    }
    for (const { lane, mode } of [...resourceLanes(step, mentions), ...valueLanes(step, uniqueAttributes)]) {
      joinLane(lanes, lane, { position, mode, waits: firm[position] });
    }
    await slices.next();
  }
  return { firm, soft };
}

function creationOf(step: BulkStep | undefined, position: number): readonly (readonly [string, number])[] {
  return step?.method === 'POST' && step.bulkId !== undefined ? [[step.bulkId, position]] : [];
}

/** The names in a step: bulkIds that it refers to, and ids of resources that other steps change. */
function namesIn({ target = '', data }: BulkStep, targets: ReadonlySet<string>) {
  const references = [...referencesIn(target)];
  const mentions = new Set<string>();
  for (const text of textsIn(data)) {
    for (const bulkId of referencesIn(text)) references.push(bulkId);
    // A longer text is neither a path nor a URI.
    if (targets.size === 0 || text.length > limits.filterBytesMax) continue;
    for (const part of [text, ...text.split(/["/]/)]) if (targets.has(part)) mentions.add(part);
  }
  return { references, mentions };
}

function tooManyReferences(): ScimError {
  return new ScimError('payloadTooLarge', {
    detail:
      `The bulk request has more than ${limits.bulkReferencesMax} references to bulkIds: create the resources first ` +
      'and then name them by their ids',
  });
}

interface Place {
  readonly lane: string;
  readonly mode: Mode;
}

/** Operations of the same mode run side by side in a lane. An operation that is `alone` runs by itself. */
type Mode = 'alone' | 'naming' | 'taking' | 'giving';

function resourceLanes({ target }: BulkStep, mentions: ReadonlySet<string>): readonly Place[] {
  const named = [...mentions].filter((id) => id !== target);
  return [
    ...(target === undefined ? [] : [{ lane: `resource ${target}`, mode: 'alone' as const }]),
    ...named.map((id) => ({ lane: `resource ${id}`, mode: 'naming' as const })),
  ];
}

/** A creation takes unique values, a deletion releases them, and a change may do both. */
function valueLanes(
  { method, type, data }: BulkStep,
  uniqueAttributes: PlanOptions['uniqueAttributes'],
): readonly Place[] {
  const attributes = (type && uniqueAttributes[type.name]) ?? [];
  if (!type || attributes.length === 0) return [];
  const lane = `values ${type.name}`;
  switch (method) {
    case 'POST':
      return [
        { lane, mode: 'taking' },
        ...valuesOf(data, attributes).map((value) => ({ lane: `${lane} ${value}`, mode: 'alone' as const })),
      ];
    case 'DELETE':
      return [{ lane, mode: 'giving' }];
    case 'PUT':
      return [{ lane, mode: 'alone' }];
    case 'PATCH':
      return mayRename(data, attributes) ? [{ lane, mode: 'alone' }] : [];
  }
}

function valuesOf(data: JsonValue, attributes: readonly string[]): readonly string[] {
  if (!isJsonObject(data)) return [];
  const wanted = attributes.map((name) => name.toLowerCase());
  return Object.entries(data).flatMap(([name, value]) =>
    wanted.includes(name.toLowerCase()) && typeof value === 'string'
      ? `${name.toLowerCase()} ${withoutCase(value)}`
      : [],
  );
}

/** Recognises a PATCH that names one of the attributes, as a path or as a key of a value. */
function mayRename(data: JsonValue, attributes: readonly string[]): boolean {
  const text = JSON.stringify(data).toLowerCase();
  return attributes.some((name) => text.includes(name.toLowerCase()));
}

/** Operations that share a resource or a unique value: the last ones, and the ones that these wait for. */
interface Lane {
  readonly mode: Mode;
  readonly passing: number[];
  readonly before: readonly number[];
}

function joinLane(
  lanes: Map<string, Lane>,
  name: string,
  { position, mode, waits }: { position: number; mode: Mode; waits: Set<number> | undefined },
): void {
  const lane = lanes.get(name);
  if (lane && lane.mode === mode && mode !== 'alone') lane.passing.push(position);
  else lanes.set(name, { mode, passing: [position], before: lane?.passing ?? [] });
  for (const earlier of lanes.get(name)?.before ?? []) waits?.add(earlier);
}
