import { expect } from 'vitest';
import { attributesOf } from './discovered.ts';
import { requirement } from './support.ts';

// When using these values in protocol messages, the quotes MUST NOT be used as part of the value.
requirement('RFC 7643 1.1 #1', async (endpoint) => {
  const keywords = (await attributesOf(endpoint)).flatMap(
    ({ type, mutability, returned, uniqueness = '' }) => [type, mutability, returned, uniqueness],
  );
  const { schemas, meta } = await endpoint.createUser();
  const values = [...keywords, ...schemas, meta.resourceType];
  expect(values.filter((value) => /["'“”]/.test(value))).toEqual([]);
  expect(meta.resourceType).toBe('User');
});

// Simple Attribute: A simple attribute MUST NOT contain sub-attributes.
requirement('RFC 7643 1.2 #1', async (endpoint) => {
  const simple = (await attributesOf(endpoint)).filter(({ type }) => type !== 'complex');
  expect(simple.filter((attribute) => 'subAttributes' in attribute)).toEqual([]);
  expect(simple.length).toBeGreaterThan(50);
});
