import type { Filter } from '../scim/filter/ast.ts';
import { bindFilter } from '../scim/filter/bind.ts';
import type { Condition, Path } from '../scim/filter/condition.ts';
import { matches } from '../scim/filter/matches.ts';
import { printFilter } from '../scim/filter/printer.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Stored } from '../store/document-store.ts';
import { totalOf } from './counts.ts';
import { resolveEdges } from './edges.ts';
import { readGroup } from './groups.ts';
import type { ResourceDocument } from './resource-document.ts';
import { readResource, type StoredResource } from './resources.ts';
import { type DirectoryScope, kindOf, partitionOf } from './scope.ts';
import { ownerOf } from './unique-values.ts';

export interface ResourceQuery {
  readonly type: ResourceType;
  readonly filter?: Filter;
  /** From 1 (RFC 7644 3.4.2.4). */
  readonly startIndex: number;
  readonly count: number;
}

export interface ResourcePage {
  readonly documents: readonly ResourceDocument[];
  readonly total: number;
}

/**
 * Queries resources in the order of their creation (RFC 7644 3.4.2).
 *
 * An `id` or unique value among the terms that must hold is read by key; what remains is a query by index or a scan.
 * Throws ScimError `invalidFilter`.
 */
export async function queryResources(scope: DirectoryScope, query: ResourceQuery): Promise<ResourcePage> {
  if (!query.filter) return pageOf(scope, query, undefined);
  const condition = relocate(bindFilter(query.filter, query.type, ['search']));
  const pin = findPin(scope, query.type, condition);
  if (pin) return pinned(scope, query, { condition, pin });
  return pageOf(scope, query, await resolveEdges(scope, query.type, { condition }));
}

/** What can change without the resource, or names the document itself, stands at the top of a document. */
function relocate(condition: Condition): Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { kind: condition.kind, conditions: condition.conditions.map(relocate) };
    case 'not':
      return { kind: 'not', condition: relocate(condition.condition) };
    default:
      return { ...condition, path: relocatePath(condition.path) };
  }
}

function relocatePath(path: Path): Path {
  if (path[0] !== 'search') return path;
  if (path.length === 2 && path[1] === 'id') return ['id'];
  return path[1] === 'meta' && path[2] === 'lastModified' ? ['lastModified'] : path;
}

/** A term that at most one resource satisfies. */
interface Pin {
  readonly attribute: string;
  readonly value: string;
}

function findPin(scope: DirectoryScope, type: ResourceType, condition: Condition): Pin | undefined {
  const terms = condition.kind === 'and' ? condition.conditions : [condition];
  const unique = scope.uniqueAttributes[type.name] ?? [];
  for (const term of terms) {
    if (term.kind !== 'compare' || term.op !== 'eq' || typeof term.value !== 'string') continue;
    const [first, second, ...deeper] = term.path;
    if (first === 'id') return { attribute: 'id', value: term.value };
    const isUnique =
      first === 'search' && second !== undefined && deeper.length === 0 && unique.includes(second);
    if (isUnique) return { attribute: second, value: term.value };
  }
  return undefined;
}

async function pinned(
  scope: DirectoryScope,
  { type, startIndex, count }: ResourceQuery,
  { condition, pin }: { condition: Condition; pin: Pin },
): Promise<ResourcePage> {
  const id = pin.attribute === 'id' ? pin.value : await ownerOf(scope, type, pin);
  if (id === undefined) return { documents: [], total: 0 };
  const [stored, rest] = await Promise.all([
    readWhole(scope, type, id),
    resolveEdges(scope, type, { condition, candidate: id }),
  ]);
  if (!stored || !matches(rest, stored.document)) return { documents: [], total: 0 };
  return { documents: startIndex === 1 && count > 0 ? [stored.document] : [], total: 1 };
}

/** Reads a resource as it is once everything decided about it is done. */
export function readWhole(
  scope: DirectoryScope,
  type: ResourceType,
  id: string,
): Promise<StoredResource | undefined> {
  return type.name === 'Group' ? readGroup(scope, type, id) : readResource(scope, type, id);
}

async function pageOf(
  scope: DirectoryScope,
  query: ResourceQuery,
  where: Condition | undefined,
): Promise<ResourcePage> {
  const { type, startIndex, count } = query;
  const source = { ...partitionOf(scope, type), kind: kindOf(type), ...(where && { where }) };
  const total = () => (where ? scope.store.count(source) : totalOf(scope, type));
  if (count === 0) return { documents: [], total: await total() };

  const walk = `${scope.tenantId} ${type.name} ${query.filter ? printFilter(query.filter) : ''}`;
  const page = await scope.store.query({ ...source, ...position(scope, walk, startIndex), limit: count });
  const last = page.documents.at(-1)?.document.id;
  if (page.more && last !== undefined) scope.marks.leave(walk, startIndex + page.documents.length, last);
  const isWhole = where !== undefined && startIndex === 1 && !page.more;
  return {
    documents: await wholeOf(scope, type, page.documents),
    total: isWhole ? page.documents.length : await total(),
  };
}

/** Finishes what was decided about a resource on the page before it is shown. */
async function wholeOf(
  scope: DirectoryScope,
  type: ResourceType,
  page: readonly Stored[],
): Promise<readonly ResourceDocument[]> {
  const documents = page.map(({ document }) => document as ResourceDocument);
  const whole = documents.map(async (document) =>
    document.intent ? (await readWhole(scope, type, document.id))?.document : document,
  );
  return (await Promise.all(whole)).filter((document) => document !== undefined);
}

function position(scope: DirectoryScope, walk: string, startIndex: number) {
  if (startIndex === 1) return {};
  const after = scope.marks.find(walk, startIndex);
  return after === undefined ? { offset: startIndex - 1 } : { after };
}
