import { type Filling, fillingOf } from './filling.ts';

/** A request that is designed to cost more than it should. */
export interface Hostile {
  readonly name: string;
  readonly method: string;
  /** The path below the endpoint; `{user}` has many e-mail addresses, `{group}` many members. */
  readonly path: string;
  readonly body: unknown;
}

const urn = 'urn:ietf:params:scim:';
const userUrn = `${urn}schemas:core:2.0:User`;
const groupUrn = `${urn}schemas:core:2.0:Group`;
/** The most operations that the endpoint accepts. */
const operationsMax = 1_000;

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Returns requests of at most this many bytes, each of which makes a different part of the endpoint work hard. */
export function hostileRequests(bytes: number): readonly Hostile[] {
  const filling = fillingOf(bytes);
  return [
    ...addressPatches(filling),
    ...otherPatches(filling),
    ...memberRequests(filling),
    ...createsOfLists(filling),
    ...createsOfTexts(filling),
    ...searches(filling),
    ...bulks(filling),
  ];
}

function patch(name: string, operations: readonly unknown[], path = '/Users/{user}'): Hostile {
  const body = { schemas: [`${urn}api:messages:2.0:PatchOp`], Operations: operations };
  return { name: `PATCH of ${name}`, method: 'PATCH', path, body };
}

function addressPatches({ many }: Filling): readonly Hostile[] {
  const terms = times(60, (index) => `value ne "${index}"`).join(' and ');
  const rows: Readonly<Record<string, (index: number) => object>> = {
    'every address by a filter': (index) => ({
      op: 'replace',
      path: 'emails[value sw "u"].display',
      value: `${index}`,
    }),
    'addresses by many terms': (index) => ({
      op: 'replace',
      path: `emails[${terms}].display`,
      value: `${index}`,
    }),
    'an address added each time': (index) => ({
      op: 'add',
      path: 'emails',
      value: [{ value: `n${index % 400}@example.com`, type: 'other' }],
    }),
    'twenty addresses added each time': (index) => ({
      op: 'add',
      path: 'emails',
      value: times(20, (one) => ({ value: `${one}${index % 20}` })),
    }),
    'an address removed each time': (index) => ({
      op: 'remove',
      path: 'emails',
      value: [{ value: `u${index}@example.com`, type: 'work' }],
    }),
    'an address removed by a filter': (index) => ({ op: 'remove', path: `emails[value eq "x${index}"]` }),
    'one primary address after another': (index) => ({
      op: 'replace',
      path: `emails[value eq "u${index % 500}@example.com"].primary`,
      value: true,
    }),
  };
  return Object.entries(rows).map(([name, operation]) => patch(name, many(operation, operationsMax)));
}

function otherPatches({ many, members }: Filling): readonly Hostile[] {
  const values = many((index) => ({ value: `${index}` }));
  return [
    patch(
      'one attribute over and over',
      many((index) => ({ op: 'replace', path: 'title', value: `${index}` }), operationsMax),
    ),
    patch(
      'no attribute',
      many((index) => ({ op: 'replace', path: `none${index}`, value: 1 }), operationsMax),
    ),
    patch('many keys', [{ op: 'replace', value: members((index) => [`name.none${index}`, 'x']) }]),
    patch('a list of values', [{ op: 'add', path: 'emails', value: values }]),
  ];
}

function memberRequests({ many }: Filling): readonly Hostile[] {
  const onGroup = (name: string, operations: readonly unknown[]) =>
    patch(name, operations, '/Groups/{group}');
  const unknown = many((index) => ({ value: `x${index}` }));
  const group = { schemas: [groupUrn], displayName: 'Large', members: unknown };
  return [
    onGroup(
      'a member removed by a filter',
      many((index) => ({ op: 'remove', path: `members[value eq "x${index}"]` }), operationsMax),
    ),
    onGroup(
      'members by a filter on each',
      many(() => ({ op: 'remove', path: 'members[display co "x"]' }), operationsMax),
    ),
    onGroup(
      'a member added each time',
      many((index) => ({ op: 'add', path: 'members', value: [{ value: `x${index}` }] }), operationsMax),
    ),
    onGroup('unknown members', [{ op: 'add', path: 'members', value: unknown }]),
    { name: 'PUT of unknown members', method: 'PUT', path: '/Groups/{group}', body: group },
  ];
}

function create(name: string, attributes: object): Hostile {
  const body = { schemas: [userUrn], userName: 'hostile@example.com', ...attributes };
  return { name: `POST with ${name}`, method: 'POST', path: '/Users', body };
}

function createsOfLists({ many, members }: Filling): readonly Hostile[] {
  const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)]);
  const address = (index: number) => ({ value: `${index}@example.com`, type: 'work' });
  return [
    create('many addresses', { emails: many(address, 500) }),
    create('too many addresses', { emails: many(address) }),
    create('one address over and over', { emails: many(() => address(0)) }),
    create(
      'unknown attributes',
      members((index) => [`none${index}`, index]),
    ),
    create('unknown attributes of a name', { name: members((index) => [`none${index}`, index]) }),
    create('unknown attributes of addresses', {
      emails: many((index) => Object.fromEntries(times(100, (one) => [`none${index}-${one}`, one])), 500),
    }),
    create('many schemas', { schemas: [userUrn, ...many((index) => `urn:x:${index}`)] }),
    create('nested lists', { title: many(() => nested(20)) }),
    create('numbers', { emails: many(() => 0) }),
    create('nulls', { emails: many(() => null) }),
    create('empty objects', { emails: many(() => ({})) }),
    { name: 'POST of a list', method: 'POST', path: '/Users', body: many(() => ({})) },
  ];
}

function createsOfTexts({ text }: Filling): readonly Hostile[] {
  return [
    create('a long text', { title: text('x') }),
    create('combining marks', { title: text('\u0315\u0300') }),
    create('combining marks in a unique value', { userName: text('\u0315\u0300') }),
    create('combining marks in a password', { password: text('\u0315\u0300') }),
    create('white space', { title: text(' ') }),
    create('a long certificate', { x509Certificates: [{ value: text('A') }] }),
    create('a long time', { meta: { created: text('1') } }),
    create('a long address', { emails: [{ value: text('a.') }] }),
    create('a long URI', { profileUrl: `http://${text('a/')}` }),
    create('a long language', { preferredLanguage: text('en-') }),
    create('JSON in a text', { roles: [{ value: text('{"a":') }] }),
  ];
}

function search(name: string, request: object): Hostile {
  const body = { schemas: [`${urn}api:messages:2.0:SearchRequest`], ...request };
  return { name: `search with ${name}`, method: 'POST', path: '/Users/.search', body };
}

function searches({ many, text }: Filling): readonly Hostile[] {
  return [
    search('a filter of many terms', { filter: times(240, () => 'emails[value co "x"]').join(' or ') }),
    search('a filter that is too long', { filter: text('(') }),
    search('unknown attributes', { attributes: many((index) => `emails.none${index}`) }),
    search('one attribute over and over', { attributes: many(() => 'emails.value') }),
    search('excluded attributes', { excludedAttributes: many((index) => `none${index}`) }),
    search('a long sortBy', { sortBy: text('a.') }),
    search('a long cursor', { cursor: text('A') }),
  ];
}

function bulk(name: string, operations: readonly unknown[]): Hostile {
  const body = { schemas: [`${urn}api:messages:2.0:BulkRequest`], Operations: operations };
  return { name: `bulk of ${name}`, method: 'POST', path: '/Bulk', body };
}

function bulks({ many }: Filling): readonly Hostile[] {
  const group = (index: number, members: readonly unknown[]) => ({
    method: 'POST',
    path: '/Groups',
    bulkId: `g${index}`,
    data: { schemas: [groupUrn], displayName: '', members },
  });
  return [
    bulk(
      'operations that do nothing',
      many(() => ({ method: 'DELETE', path: '/Users/x' }), operationsMax),
    ),
    bulk(
      'operations that wait for each other',
      many((index) => group(index, [{ value: `bulkId:g${index - 1}` }]), operationsMax),
    ),
    bulk('references to nothing', [
      group(
        0,
        many((index) => ({ value: `bulkId:x${index}` })),
      ),
    ]),
  ];
}
