import fc from 'fast-check';
import type { JsonValue } from '../../lib/scim/json.ts';
import { attributePath, filterText } from './attributes.ts';
import { bodies, groupId, userId } from './bodies.ts';
import { garbled, mutated, oddValue } from './mutations.ts';

/** A request that is not yet for a tenant; `{Users 3}` stands for the id of one of the tenant's users. */
export interface Sketch {
  readonly method: string;
  /** The path below the tenant's endpoint. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** True if the request has the tenant's key. */
  readonly known: boolean;
}

const noise = fc.string({ unit: 'grapheme', maxLength: 20 });
const collection = fc.constantFrom('/Users', '/Users', '/Groups', '/Roles', '/Devices', '/GroupMembers');
const resource = fc.oneof(
  userId.map((id) => `/Users/${id}`),
  groupId.map((id) => `/Groups/${id}`),
);
const discovery = fc.constantFrom(
  '/ServiceProviderConfig',
  '/Schemas',
  '/ResourceTypes',
  '/ResourceTypes/User',
  '/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group',
);
const oddPath = fc.oneof(
  fc.constantFrom(
    '',
    '/',
    '//',
    '/users',
    '/Users/',
    '/Users//x',
    '/Me',
    '/v1/Users',
    '/Users/%',
    '/Users/%00',
    '/..',
  ),
  fc.constantFrom('/Users/__proto__', '/Schemas/constructor', '/ResourceTypes/toString', '/Users/bulkId:1'),
  fc.tuple(collection, noise).map(([path, rest]) => `${path}/${encodeSegment(rest)}`),
  noise.map((text) => `/${text}`),
);

/** Encodes a text, without lone surrogates, which cannot be encoded. */
function encodeSegment(text: string): string {
  return encodeURIComponent(new TextDecoder().decode(new TextEncoder().encode(text)));
}

const parameter = fc.oneof(
  filterText.map((text) => ['filter', text]),
  garbled(filterText).map((text) => ['filter', text]),
  fc.tuple(
    fc.constantFrom('attributes', 'excludedAttributes', 'sortBy'),
    attributePath.map(({ path }) => path),
  ),
  fc.tuple(
    fc.constantFrom('startIndex', 'count'),
    fc.constantFrom('0', '1', '2', '10', '-1', '1e9', '9'.repeat(30), 'x', ''),
  ),
  fc.tuple(fc.constantFrom('sortOrder'), fc.constantFrom('ascending', 'descending', 'x')),
  fc.tuple(fc.constantFrom('cursor'), fc.constantFrom('', 'AAAA', 'x'.repeat(500))),
  fc.tuple(noise, noise),
);
const query = fc
  .array(parameter, { maxLength: 3 })
  .map((pairs) =>
    pairs.map(([name = '', value = '']) => `${encodeSegment(name)}=${encodeSegment(value)}`).join('&'),
  );

const etag = fc.constantFrom('*', 'W/"1"', 'W/"2"', '"1"', 'W/"x", W/"1"', '', 'x'.repeat(2_000));
const mediaType = fc.constantFrom(
  'application/json',
  'text/plain',
  'application/scim+json; charset=utf-16',
  '',
  ';;',
);
const printable = fc.string({
  unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
});
const oddHeaders = fc.dictionary(
  fc.constantFrom('if-match', 'if-none-match', 'accept', 'content-type', 'prefer', 'x-http-method-override'),
  fc.oneof(etag, mediaType, printable),
  { maxKeys: 2 },
);
const headers: fc.Arbitrary<Record<string, string>> = fc
  .tuple(fc.constantFrom(true, true, true, false), oddHeaders)
  .map(([plain, odd]) => ({ 'content-type': 'application/scim+json', ...(plain ? {} : odd) }));

type Shape = readonly [method: string, path: fc.Arbitrary<string>, body?: fc.Arbitrary<JsonValue>];

const shapes: readonly (readonly [weight: number, ...shape: Shape])[] = [
  [10, 'POST', fc.constant('/Users'), bodies.user],
  [8, 'POST', fc.constant('/Groups'), bodies.group],
  [4, 'PUT', userId.map((id) => `/Users/${id}`), bodies.user],
  [3, 'PUT', groupId.map((id) => `/Groups/${id}`), bodies.group],
  [16, 'PATCH', userId.map((id) => `/Users/${id}`), bodies.patch],
  [8, 'PATCH', groupId.map((id) => `/Groups/${id}`), bodies.patch],
  [3, 'DELETE', resource],
  [12, 'GET', collection],
  [6, 'GET', resource],
  [2, 'GET', discovery],
  [2, 'HEAD', fc.oneof(collection, resource, discovery)],
  [4, 'POST', fc.constantFrom('/.search', '/Users/.search', '/Groups/.search'), bodies.search],
  [4, 'POST', fc.constant('/Bulk'), bodies.bulk],
  [2, 'POST', collection, oddValue],
  [2, 'PATCH', oddPath, bodies.patch],
  [4, 'GET', oddPath],
  [1, 'OPTIONS', oddPath],
];

/** Generates the JSON unchanged, with changes inside, or garbled as text. */
function bodyText(body: fc.Arbitrary<JsonValue>): fc.Arbitrary<string> {
  const written = body.map((value) => JSON.stringify(value));
  const changed = mutated(body).map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 4, arbitrary: written },
    { weight: 5, arbitrary: changed },
    { weight: 2, arbitrary: garbled(written) },
  );
}

const known = fc.oneof({ weight: 60, arbitrary: fc.constant(true) }, fc.constant(false));

/** Generates requests that are correct, almost correct, or noise. */
export const sketch: fc.Arbitrary<Sketch> = fc.oneof(
  ...shapes.map(([weight, method, path, body]) => ({
    weight,
    arbitrary: fc.record({
      method: fc.constant(method),
      path,
      query,
      headers,
      body: body ? bodyText(body) : fc.constant(undefined),
      known,
    }),
  })),
);
