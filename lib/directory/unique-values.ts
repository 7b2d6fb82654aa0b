import { hash } from 'node:crypto';
import { attributeValues } from '../scim/attribute-values.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Attribute, ResourceType } from '../scim/schema/attribute.ts';
import type { Change, Document } from '../store/document-store.ts';
import type { ResourceDocument } from './resource-document.ts';
import { type DirectoryScope, kindOf, partitionOf } from './scope.ts';

const uniqueKind = 'unique';

const declared = new WeakMap<readonly ResourceType[], Readonly<Record<string, readonly string[]>>>();

/** Per resource type name: the core attributes that the schema declares unique (RFC 7643 7). */
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

/** Holds one value for its owner: creating it is what makes a value unique. */
interface UniqueDocument extends Document {
  readonly owner: string;
}

/** The id of the document that holds a normalised value of an attribute; a path has more than an id may hold. */
function uniqueId(type: ResourceType, attribute: string, value: string): string {
  const name = /^\w+$/.test(attribute) ? attribute : hash('sha256', attribute, 'base64url');
  return `unique:${kindOf(type)}:${name}:${hash('sha256', value, 'base64url')}`;
}

/** The unique values of a resource, attribute by attribute. */
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

/** Takes or gives free one value; when it fails, another resource has the attribute's value. */
export interface UniqueChange {
  readonly attribute: string;
  readonly change: Change;
}

/** The changes that move a resource's unique values from one state to the next; either state may be absent. */
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

/** Finds the resource that holds a normalised value of a unique attribute. */
export async function ownerOf(
  scope: DirectoryScope,
  type: ResourceType,
  { attribute, value }: { attribute: string; value: string },
): Promise<string | undefined> {
  const key = { ...partitionOf(scope, type), kind: uniqueKind, id: uniqueId(type, attribute, value) };
  const found = await scope.store.read(key);
  return (found?.document as UniqueDocument | undefined)?.owner;
}
