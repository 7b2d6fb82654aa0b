import type { CompValue } from '../scim/filter/ast.ts';
import type { Path } from '../scim/filter/condition.ts';
import type { Container } from './document-store.ts';

/** Equality indexes of single kinds. Their documents have one simple value at each of the paths. */
const indexesOfKinds: ReadonlyMap<string, readonly Path[]> = new Map([
  ['member', [['group'], ['user']]],
  ['pending', [['group'], ['value']]],
  ['account', [['state'], ['hold'], ['central']]],
  ['record', [['credential'], ['operation'], ['outcome'], ['resource'], ['run']]],
  ['run', [['credential']]],
  ['feed-entry', []],
]);

/** Equality indexes of all other kinds. Resources have their normalised attributes under `search`. */
const resourceIndexes: readonly Path[] = [
  ['search', 'externalId'],
  ['search', 'displayName'],
  ['search', 'emails', 'value'],
];

/** The paths with an equality index in every engine. In an array each element is indexed. */
export function indexedPaths(kind: string): readonly Path[] {
  return indexesOfKinds.get(kind) ?? resourceIndexes;
}

/** The paths whose index finds exactly the documents with a value there, so that they need not be read. */
export function exactPaths(kind: string): readonly Path[] {
  return indexesOfKinds.get(kind) ?? [];
}

/** The values that nearly all documents of a kind have. An engine with its own indexes leaves them out. */
const usualValues: ReadonlyMap<string, Readonly<Record<string, CompValue>>> = new Map([
  ['record', { outcome: 'done' }],
]);

/** Recognises a value that nearly all documents of the kind have at the path, so that an index saves nothing. */
export function isUsual(kind: string, [name = '', ...rest]: Path, value: CompValue): boolean {
  const values = usualValues.get(kind);
  return values !== undefined && rest.length === 0 && Object.hasOwn(values, name) && values[name] === value;
}

/** The names in `order` of what a directory of any size can be sorted by, beside `id` and the times. */
const resourceOrders: readonly string[] = ['displayName', 'externalId'];
const userOrders: readonly string[] = [
  'userName',
  'displayName',
  'name.familyName',
  'name.givenName',
  'title',
  'emails.value',
  'externalId',
];

/** Names what the documents of a kind can hold in `order`, as far as their resource type has the attribute. */
export function orderNames(kind: string): readonly string[] {
  if (kind === 'feed-entry') return ['sequence'];
  if (indexesOfKinds.has(kind)) return [];
  return kind === 'user' ? userOrders : resourceOrders;
}

/** Tests if the documents of a kind are resources, in which clients search by any attribute. */
export function hasResources(kind: string): boolean {
  return kind === 'user' || kind === 'group' || kind.startsWith('custom-');
}

/** Times at the top of a document that has `order`; its order by them is indexed with the others. */
export const orderedTimes: readonly Path[] = [['created'], ['lastModified']];

/** A part of a key that sorts as the texts do by code points; those without a text come last. */
export function orderRank(text: string | null): string {
  return text === null ? '1' : `0${Buffer.from(text).toString('hex')}`;
}

/** The kind of a container's documents that can be followed in the order of their commits; `undefined` if none can. */
export function followedKind(container: Container): string | undefined {
  return container === 'feed' ? 'feed-entry' : undefined;
}

/** Changes when the indexes do. An engine that keeps its own indexes then builds them again. */
export const indexesFingerprint = JSON.stringify([
  [...indexesOfKinds],
  [...usualValues],
  resourceIndexes,
  orderedTimes,
  'expiry',
  'commits',
]);
