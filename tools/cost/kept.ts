import { containerDefinitions } from '../../lib/store/cosmos/containers.ts';
import { toItem } from '../../lib/store/cosmos/item.ts';
import type { Container, Document } from '../../lib/store/document-store.ts';
import type { Kept } from './charges.ts';

/** The properties that Cosmos DB adds to each document, with values of the usual length. */
const systemProperties = {
  _rid: 'AbCdEfGhIjKlMnOpQrStUv==',
  _self: 'dbs/AbCdEf==/colls/AbCdEfGhIjK=/docs/AbCdEfGhIjKlMnOpQrStUv==/',
  _etag: '"00000000-0000-0000-0000-000000000000"',
  _attachments: 'attachments/',
  _ts: 1_700_000_000,
};
const stamp = { mark: '00000000-0000-7000-8000-000000000000', now: 0 };

/** Computes the size of a document and its terms in the indexes of its container. */
export function keptAs(container: Container, document: Document): Kept {
  const item = JSON.parse(JSON.stringify({ ...toItem(document, stamp), ...systemProperties }));
  return { bytes: Buffer.byteLength(JSON.stringify(item)), terms: new Set(termsOf(container, item)) };
}

function termsOf(container: Container, item: unknown): readonly string[] {
  const definition = containerDefinitions.find(({ id }) => id === container);
  if (!definition) throw new Error(`There is no container ${container}`);
  const { includedPaths, compositeIndexes } = definition.indexingPolicy;
  const single = includedPaths.flatMap(({ path }) => {
    const values = valuesAt(item, path.split('/').slice(1, -1));
    // A path of a simple value ends with `?`.
    return values.flatMap((value) =>
      leaves(path.endsWith('?') ? simple(value) : value).map((leaf) => `${path} ${leaf}`),
    );
  });
  const composite = compositeIndexes.flatMap((columns) => {
    const values = columns.map(({ path }) => simple(valuesAt(item, path.split('/').slice(1))[0]));
    const name = columns.map(({ path, order }) => `${path} ${order}`).join(', ');
    return values.includes(undefined) ? [] : [`${name}: ${JSON.stringify(values)}`];
  });
  return [...single, ...composite];
}

/** The values at a path, in which `[]` stands for each element of a list. */
function valuesAt(value: unknown, [step, ...rest]: readonly string[]): readonly unknown[] {
  if (step === undefined || typeof value !== 'object' || value === null) return [value];
  const inner = step === '[]' ? Object.values(value) : [(value as Record<string, unknown>)[step]];
  return inner.flatMap((one) => valuesAt(one, rest));
}

/** The value, unless it is an object or a list. */
function simple(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? undefined : value;
}

/** Lists every value below a path, with the path that leads to it; an absent value has no term. */
function leaves(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([name, inner]) =>
    leaves(inner).map((leaf) => `${isList ? '[]' : name}/${leaf}`),
  );
}
