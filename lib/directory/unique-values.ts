import { hash } from 'node:crypto';
import { attributeValues } from '../scim/attribute-values.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Attribute, ResourceType } from '../scim/schema/attribute.ts';
import type { Change, Document } from '../store/document-store.ts';
import type { ResourceDocument } from './resource-document.ts';
import { type DirectoryScope, kindOf, partitionOf } from './scope.ts';

/** The kind of the claim of a unique value, in the container of its owner. */
export const uniqueKind = 'unique';

const declared = new WeakMap<readonly ResourceType[], Readonly<Record<string, readonly string[]>>>();

/** The core attributes that the schema declares unique, by resource type name (RFC 7643 7). */
export function uniqueAttributesOf(
  types: readonly ResourceType[],
): Readonly<Record<string, readonly string[]>> {
  let found = declared.get(types);
  if (!found) {
    const isUnique = ({ uniqueness = 'none' }: Attribute) => uniqueness !== 'none';
    found = Object.fromEntries(
      types.map(({ name, schema }) => [name, schema.attributes.filter(isUnique).map((one) => one.name)]),
    );
    declared.set(types, found);
  }
  return found;
}

/** The claim of one value by its owner. A second claim has the same id, so its creation fails. */
interface UniqueDocument extends Document {
  readonly owner: string;
}

/** The id of the claim of a normalised value. Paths are hashed to have only the characters of ids. */
function uniqueId(type: ResourceType, attribute: string, value: string): string {
  const name = /^\w+$/.test(attribute) ? attribute : hash('sha256', attribute, 'base64url');
  return `unique:${kindOf(type)}:${name}:${hash('sha256', value, 'base64url')}`;
}

/** The ids of the claims of a resource, each with its attribute. */
function uniqueIds(
  scope: DirectoryScope,
  type: ResourceType,
  search: JsonObject | undefined,
): Map<string, string> {
  const ids = new Map<string, string>();
  if (!search) return ids;
  for (const attribute of scope.uniqueAttributes[type.name] ?? []) {
    for (const value of attributeValues(search, type, attribute)) {
      if (typeof value === 'string') ids.set(uniqueId(type, attribute, value), attribute);
    }
  }
  return ids;
}

/** The claim or release of one value. If a claim fails, another resource has the value of the attribute. */
export interface UniqueChange {
  readonly attribute: string;
  readonly change: Change;
}

/** The changes that claim and release unique values when a resource goes from `before` to `after`. */
export function uniqueChanges(
  scope: DirectoryScope,
  type: ResourceType,
  { before, after }: { before?: ResourceDocument; after?: ResourceDocument },
): readonly UniqueChange[] {
  const held = uniqueIds(scope, type, before?.search);
  const wanted = uniqueIds(scope, type, after?.search);
  const changes: UniqueChange[] = [];
  for (const [id, attribute] of held) {
    if (!wanted.has(id)) changes.push({ attribute, change: { op: 'delete', kind: uniqueKind, id } });
  }
  for (const [id, attribute] of wanted) {
    if (held.has(id) || !after) continue;
    const document = { id, tenantId: scope.tenantId, kind: uniqueKind, owner: after.id };
    changes.push({ attribute, change: { op: 'create', document } });
  }
  return changes;
}

/**
 * Corrects a change that the store refused because the claims do not fit the resources: while an attribute is not
 * unique, claims outlive their resources, and resources come without claims. Yields the changes to make instead, or
 * `undefined` if another resource has the value or another writer was first.
 */
export async function correctClaim(
  scope: DirectoryScope,
  type: ResourceType,
  { attribute, change }: UniqueChange,
): Promise<readonly UniqueChange[] | undefined> {
  const partition = partitionOf(scope, type);
  const read = (kind: string, id: string) => scope.store.read({ ...partition, kind, id });
  if (change.op === 'delete') return (await read(uniqueKind, change.id)) ? undefined : [];
  if (change.op !== 'create') return undefined;
  const { document } = change;
  const claim = await read(uniqueKind, document.id);
  if (!claim) return undefined;
  const owner = await read(kindOf(type), (claim.document as UniqueDocument).owner);
  const { search } = (owner?.document ?? {}) as Partial<ResourceDocument>;
  if (uniqueIds(scope, type, search).has(document.id)) return undefined;
  return [{ attribute, change: { op: 'replace', document, ifVersion: claim.version } }];
}

/** Finds the id of the resource that has claimed a value; `undefined` if it cannot be read, or has released it. */
export async function holderOf(
  scope: DirectoryScope,
  type: ResourceType,
  { change }: UniqueChange,
): Promise<string | undefined> {
  if (change.op !== 'create') return undefined;
  const key = { ...partitionOf(scope, type), kind: uniqueKind, id: change.document.id };
  const found = await scope.store.read(key).catch(() => undefined);
  return (found?.document as UniqueDocument | undefined)?.owner;
}

/** Finds the id of the resource with a normalised value of a unique attribute. */
export async function ownerOf(
  scope: DirectoryScope,
  type: ResourceType,
  { attribute, value }: { attribute: string; value: string },
): Promise<string | undefined> {
  const key = { ...partitionOf(scope, type), kind: uniqueKind, id: uniqueId(type, attribute, value) };
  const found = await scope.store.read(key);
  return (found?.document as UniqueDocument | undefined)?.owner;
}
