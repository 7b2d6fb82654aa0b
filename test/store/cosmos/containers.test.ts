import { describe, expect, test } from 'vitest';
import { indexedKeys } from '../../../lib/directory/sort-order.ts';
import { groupType, userType } from '../../../lib/scim/schema/resource-types.ts';
import { containerDefinitions, fullyIndexedContainers } from '../../../lib/store/cosmos/containers.ts';
import { containers } from '../../../lib/store/document-store.ts';

const policyOf = (container: string) => {
  const found = containerDefinitions.find(({ id }) => id === container);
  if (!found) throw new Error(`No container ${container}`);
  return found.indexingPolicy;
};

describe('containerDefinitions', () => {
  test('has every container, by tenant and with a lifetime for documents that name one', () => {
    expect(containerDefinitions.map(({ id }) => id)).toEqual(containers);
    for (const { partitionKey, defaultTtl } of containerDefinitions) {
      expect(partitionKey.paths).toEqual(['/tenantId']);
      expect(defaultTtl).toBe(-1);
    }
  });

  test('indexes the order of every attribute that a directory of any size is sorted by', () => {
    for (const [container, type] of [
      ['users', userType],
      ['groups', groupType],
    ] as const) {
      const ordered = policyOf(container).compositeIndexes.map((index) => index.at(-2)?.path ?? '');
      const sortKeys = indexedKeys(type).map(({ name }) => `/sortKeys/${name.replaceAll('.', '_')}`);
      expect(new Set(ordered.filter((path) => path.startsWith('/sortKeys/')))).toEqual(new Set(sortKeys));
    }
  });

  test('indexes what people search, and nothing of a resource as it is returned', () => {
    for (const container of ['users', 'groups']) {
      const included = policyOf(container).includedPaths.map(({ path }) => path);
      expect(included).toEqual(expect.arrayContaining(['/tenantId/?', '/kind/?', '/due/?']));
      expect(included.filter((path) => path.startsWith('/search'))).toEqual([
        ...['/search/externalId/?', '/search/displayName/?', '/search/emails/[]/value/?'],
        ...['/search/userName/?', '/search/name/familyName/?'],
      ]);
      // A record names a resource by its id. A resource is an object, of which this indexes nothing.
      expect(included.filter((path) => path.startsWith('/resource'))).toEqual(['/resource/?']);
      expect(new Set(included).size).toBe(included.length);
    }
    for (const { excludedPaths } of containers.map(policyOf)) expect(excludedPaths).toEqual([{ path: '/*' }]);
  });

  test('indexes every attribute where a deployment asks for it', () => {
    for (const [index, { id, indexingPolicy }] of fullyIndexedContainers().entries()) {
      const included = indexingPolicy.includedPaths.map(({ path }) => path);
      const usual = containerDefinitions[index]?.indexingPolicy.includedPaths.map(({ path }) => path) ?? [];
      const others = usual.filter((path) => !path.startsWith('/search'));
      const search = id === 'users' || id === 'groups' ? ['/search/*'] : [];
      expect(new Set(included)).toEqual(new Set([...others, ...search]));
    }
  });

  test('indexes what the audit trail is read by, and nothing that only resources have', () => {
    const { includedPaths, compositeIndexes } = policyOf('audit');
    expect(includedPaths.map(({ path }) => path)).toEqual([
      ...['/tenantId/?', '/kind/?', '/due/?'],
      ...['/credential/?', '/operation/?', '/outcome/?', '/resource/?', '/run/?'],
    ]);
    const paths = compositeIndexes.map((index) => index.map(({ path }) => path).join(' '));
    expect(paths).toContain('/tenantId /kind /id');
    expect(paths).toContain('/tenantId /kind /run /id');
  });

  test('keeps within what Cosmos DB takes: 100 composite indexes of 8 paths', () => {
    for (const { compositeIndexes } of containers.map(policyOf)) {
      expect(compositeIndexes.length).toBeLessThanOrEqual(100);
      expect(Math.max(...compositeIndexes.map((index) => index.length))).toBeLessThanOrEqual(8);
      expect(new Set(compositeIndexes.map((index) => JSON.stringify(index))).size).toBe(
        compositeIndexes.length,
      );
    }
  });
});
