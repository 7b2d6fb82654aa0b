import type { Path } from '../scim/filter/condition.ts';
import { type Container, containers } from './document-store.ts';
import { indexedPaths, orderedTimes } from './indexes.ts';

/** A container as Cosmos DB is to be told of it, by the templates of the infrastructure or by this program. */
export interface ContainerDefinition {
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

/** The names of `order` that documents can be sorted by. */
export const sortedNames = [
  'userName',
  'displayName',
  'name.familyName',
  'name.givenName',
  'title',
  'emails.value',
  'externalId',
] as const;

/** Kinds of the documents that a container holds in numbers, beside resources. */
const kindsOf: Readonly<Record<Container, readonly string[]>> = {
  users: ['user'],
  groups: ['group', 'member', 'pending'],
  tokens: [],
  tenants: [],
  audit: [],
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

const hasResources = (kinds: readonly string[]) => kinds.length > 0;
const pointer = (path: Path) => `/${path.join('/')}`;

/** Every container with its indexes: what queries filter and sort by, and nothing of what they only return. */
export const containerDefinitions: readonly ContainerDefinition[] = containers.map((id) => ({
  id,
  partitionKey: { paths: ['/tenantId'], kind: 'Hash', version: 2 },
  defaultTtl: -1,
  indexingPolicy: {
    indexingMode: 'consistent',
    automatic: true,
    includedPaths: includedPaths(kindsOf[id]).map((path) => ({ path })),
    excludedPaths: [{ path: '/*' }],
    compositeIndexes: compositeIndexes(kindsOf[id]),
  },
}));

function includedPaths(kinds: readonly string[]): readonly string[] {
  const equality = kinds.flatMap(equalityPaths).filter(([first]) => first !== 'search');
  const single = [['tenantId'], ['kind'], ['due'], ...(hasResources(kinds) ? orderedTimes : []), ...equality];
  const paths = single.map((path) => `${pointer(path)}/?`);
  return hasResources(kinds) ? [...paths, '/memberCount/?', '/search/*', '/sortKeys/*'] : paths;
}

function compositeIndexes(kinds: readonly string[]): { path: string; order: Direction }[][] {
  const equality = new Map(kinds.flatMap(equalityPaths).map((path) => [pointer(path), path]));
  const sorted = hasResources(kinds)
    ? [...sortedNames.map((name) => sortKeyOf(['order', name])), ...orderedTimes]
    : [];
  return [
    composite([]),
    ...[...equality.values()].map((path) => composite([path])),
    ...sorted.flatMap((path) => [composite([path]), composite([path], 'descending')]),
  ];
}

function composite(paths: readonly Path[], order: Direction = 'ascending') {
  const ascending = (path: Path) => ({ path: pointer(path), order: 'ascending' as const });
  const between = paths.map((path) => ({ path: pointer(path), order }));
  return [ascending(['tenantId']), ascending(['kind']), ...between, ascending(['id'])];
}
