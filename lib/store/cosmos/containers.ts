import type { Path } from '../../scim/filter/condition.ts';
import { type Container, containers } from '../document-store.ts';
import { indexedPaths, orderedTimes, orderNames } from '../indexes.ts';

/** The definition of a container for Cosmos DB. The Bicep template and ensureContainers() create it. */
interface ContainerDefinition {
  readonly id: Container;
  readonly partitionKey: { readonly paths: ['/tenantId']; readonly kind: 'Hash'; readonly version: 2 };
  /** -1: a document expires only if it has its own `ttl`. */
  readonly defaultTtl: -1;
  readonly indexingPolicy: IndexingPolicy;
}

interface IndexingPolicy {
  readonly indexingMode: 'consistent';
  readonly automatic: true;
  readonly includedPaths: { path: string }[];
  readonly excludedPaths: { path: string }[];
  readonly compositeIndexes: { path: string; order: Direction }[][];
}
type Direction = 'ascending' | 'descending';

/** The kinds that are queried, by container. Documents of other kinds are read by key. */
const queriedKinds: Readonly<Record<Container, readonly string[]>> = {
  users: ['user', 'account', 'record'],
  groups: ['group', 'member', 'pending', 'record'],
  tokens: [],
  tenants: ['record'],
  audit: ['record', 'run'],
  feed: ['feed-entry'],
};

/**
 * Paths in users and groups that people search by, with any operator. Other attributes are not indexed unless a
 * deployment asks for it, because each value costs 0.2 request units with every resource that is created or deleted.
 */
const searchedPaths: readonly Path[] = [
  ['search', 'userName'],
  ['search', 'name', 'familyName'],
];

/** The names of properties that hold arrays. Composite indexes do not include the elements of arrays. */
const arrays: ReadonlySet<string> = new Set(['emails']);

/** The paths with a composite index that finds documents of a kind by value, in the order of their ids. */
export function equalityPaths(kind: string): readonly Path[] {
  return indexedPaths(kind).filter((path) => !path.some((name) => arrays.has(name)));
}

/** The path of the value that an order sorts by: a time at the top level, or the rank of a text in `sortKeys`. */
export function sortKeyOf([first = '', name]: Path): Path {
  return name === undefined ? [first] : ['sortKeys', name.replaceAll('.', '_')];
}

const pointer = (path: Path) => `/${path.join('/')}`;

/** All containers. Their indexes include only what queries of Muster filter by, or people search or sort by. */
export const containerDefinitions = definitions({ isEveryAttributeIndexed: false });

/** The same containers, with all attributes of users and groups in their indexes; for deployments that ask for it. */
export function fullyIndexedContainers(): typeof containerDefinitions {
  return definitions({ isEveryAttributeIndexed: true });
}

interface Extent {
  readonly isEveryAttributeIndexed: boolean;
}

function definitions(extent: Extent): readonly ContainerDefinition[] {
  return containers.map((id) => ({
    id,
    partitionKey: { paths: ['/tenantId'], kind: 'Hash', version: 2 },
    defaultTtl: -1,
    indexingPolicy: {
      indexingMode: 'consistent',
      automatic: true,
      includedPaths: includedPaths(id, extent).map((path) => ({ path })),
      excludedPaths: [{ path: '/*' }],
      compositeIndexes: compositeIndexes(id),
    },
  }));
}

function includedPaths(id: Container, { isEveryAttributeIndexed }: Extent): readonly string[] {
  const kinds = queriedKinds[id];
  const values = distinct(kinds.flatMap(indexedPaths));
  const [attributes, own] = [values.filter(isAttribute), values.filter((path) => !isAttribute(path))];
  const single = [['tenantId'], ['kind'], ['due'], ...timesOf(id), ...own].map(
    (path) => `${pointer(path)}/?`,
  );
  const sorted = kinds.some((kind) => orderNames(kind).length > 0) ? ['/sortKeys/*'] : [];
  if (!hasResources(id)) return [...single, ...sorted];
  const search = isEveryAttributeIndexed ? ['/search/*'] : [...attributes, ...searchedPaths].map(eachValue);
  return [...single, '/memberCount/?', ...search, ...sorted];
}

function hasResources(id: Container): boolean {
  return id === 'users' || id === 'groups';
}

function timesOf(id: Container): readonly Path[] {
  return hasResources(id) ? orderedTimes : [];
}

function isAttribute([first]: Path): boolean {
  return first === 'search';
}

/** A path of the index; in an array each element is indexed. */
function eachValue(path: Path): string {
  return `${pointer(path.flatMap((name) => (arrays.has(name) ? [name, '[]'] : [name])))}/?`;
}

function compositeIndexes(id: Container): { path: string; order: Direction }[][] {
  const kinds = queriedKinds[id];
  const names = kinds.flatMap(orderNames);
  const sortKeys = [...names.map((name) => sortKeyOf(['order', name])), ...timesOf(id)];
  return [
    composite([]),
    ...distinct(kinds.flatMap(equalityPaths)).map((path) => composite([path])),
    ...sortKeys.flatMap((path) => [composite([path]), composite([path], 'descending')]),
  ];
}

function distinct(paths: readonly Path[]): readonly Path[] {
  return [...new Map(paths.map((path) => [pointer(path), path])).values()];
}

function composite(paths: readonly Path[], order: Direction = 'ascending') {
  const ascending = (path: Path) => ({ path: pointer(path), order: 'ascending' as const });
  const between = paths.map((path) => ({ path: pointer(path), order }));
  return [ascending(['tenantId']), ascending(['kind']), ...between, ascending(['id'])];
}
