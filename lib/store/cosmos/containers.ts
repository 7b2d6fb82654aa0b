import type { Path } from '../../scim/filter/condition.ts';
import { type Container, containers } from '../document-store.ts';
import { indexedPaths, orderedTimes, orderNames } from '../indexes.ts';

/** A container as Cosmos DB is to be told of it, by the templates of the infrastructure or by this program. */
interface ContainerDefinition {
  readonly id: Container;
  readonly partitionKey: { readonly paths: ['/tenantId']; readonly kind: 'Hash'; readonly version: 2 };
  /** On, with no lifetime unless a document names its own in `ttl`. */
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

/** The kinds of which a container holds many, so that they are queried; others are read by key. */
const queriedKinds: Readonly<Record<Container, readonly string[]>> = {
  users: ['user', 'account', 'record'],
  groups: ['group', 'member', 'pending', 'record'],
  tokens: [],
  tenants: ['record'],
  audit: ['record', 'run'],
};

/** Steps at which a document holds an array, whose elements no composite index knows. */
const arrays: ReadonlySet<string> = new Set(['emails']);

/** The paths by whose value documents of a kind are found and at once in the order of their ids. */
export function equalityPaths(kind: string): readonly Path[] {
  return indexedPaths(kind).filter((path) => !path.some((name) => arrays.has(name)));
}

/** Where a document keeps what an order sorts by: times at the top, ranks of texts in `sortKeys`. */
export function sortKeyOf([first = '', name]: Path): Path {
  return name === undefined ? [first] : ['sortKeys', name.replaceAll('.', '_')];
}

const pointer = (path: Path) => `/${path.join('/')}`;

/** Every container with its indexes: what queries filter and sort by, and nothing of what they only return. */
export const containerDefinitions: readonly ContainerDefinition[] = containers.map((id) => ({
  id,
  partitionKey: { paths: ['/tenantId'], kind: 'Hash', version: 2 },
  defaultTtl: -1,
  indexingPolicy: {
    indexingMode: 'consistent',
    automatic: true,
    includedPaths: includedPaths(id).map((path) => ({ path })),
    excludedPaths: [{ path: '/*' }],
    compositeIndexes: compositeIndexes(id),
  },
}));

function includedPaths(id: Container): readonly string[] {
  const kinds = queriedKinds[id];
  const own = distinct(kinds.flatMap(equalityPaths)).filter(([first]) => first !== 'search');
  const hasResources = kinds.flatMap(orderNames).length > 0;
  const times = hasResources ? orderedTimes : [];
  const single = [['tenantId'], ['kind'], ['due'], ...times, ...own].map((path) => `${pointer(path)}/?`);
  return hasResources ? [...single, '/memberCount/?', '/search/*', '/sortKeys/*'] : single;
}

function compositeIndexes(id: Container): { path: string; order: Direction }[][] {
  const kinds = queriedKinds[id];
  const names = kinds.flatMap(orderNames);
  const times = names.length > 0 ? orderedTimes : [];
  const sortKeys = [...names.map((name) => sortKeyOf(['order', name])), ...times];
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
