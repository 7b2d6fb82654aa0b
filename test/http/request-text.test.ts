import { describe, expect, test } from 'vitest';
import { describeRequest } from '../../lib/http/request-text.ts';
import type { JsonValue } from '../../lib/scim/json.ts';

interface Told {
  readonly path?: string;
  readonly query?: string;
  readonly body?: JsonValue;
  readonly detail?: string;
}

function told({ path = '/Users', query = '', body = null, detail }: Told): string {
  const segments = path.split('/').slice(1);
  const head = { method: 'POST', segments, query: new URLSearchParams(query), header: () => undefined };
  return describeRequest({ head, body, status: 400, milliseconds: 3, detail });
}

const line = 'POST /Users 400 3 ms';
const id = '01890000-0000-7000-8000-000000000000';

describe('C6: the line of a request', () => {
  test.each<[Told, string]>([
    [{}, line],
    [{ detail: 'userName is required' }, `${line} userName is required`],
    [{ path: `/Users/${id}` }, `POST /Users/${id} 400 3 ms`],
    [{ path: '/users' }, 'POST /users 400 3 ms'],
    [{ path: '/tenants/t1/keys' }, 'POST /tenants/…/keys 400 3 ms'],
    [
      { body: { active: 'maybe' }, detail: 'active must be true or false' },
      `${line} active must be true or false`,
    ],
    [
      { body: { usrName: 'x' }, detail: 'usrName is not an attribute' },
      `${line} usrName is not an attribute`,
    ],
    [
      { body: { Operations: [{ path: 'emials' }] }, detail: '"emials" is not an attribute of User' },
      `${line} "emials" is not an attribute of User`,
    ],
    [
      { query: 'sortBy=shoeSize', detail: "sortBy 'shoeSize' is unknown" },
      `${line} sortBy 'shoeSize' is unknown`,
    ],
    [
      { query: 'filter=usr eq "x"', detail: "Attribute 'usr' is unknown" },
      `${line} Attribute 'usr' is unknown`,
    ],
    [{ detail: 'such as anna@example.com' }, `${line} such as anna@example.com`],
    [{ detail: 'must not exceed 1048576 bytes' }, `${line} must not exceed 1048576 bytes`],
  ])('says %j', (request, expected) => {
    expect(told(request)).toBe(expected);
  });

  const long = 'secretname'.repeat(40);
  test.each<[string, Told]>([
    ['a userName', { body: { userName: 'secret' }, detail: 'The value "secret" is taken' }],
    ['in other case', { body: { userName: 'SECRET' }, detail: 'The value "secret" is taken' }],
    ['a part of a name', { body: { name: { formatted: 'Anna Secret' } }, detail: 'got Secret' }],
    ['a value of a list', { body: { emails: [{ value: 'secret' }] }, detail: 'emails[0]: secret.' }],
    ['a number', { body: { externalId: 4711.5 }, detail: 'The number 4711.50 would lose digits' }],
    ['a long number', { detail: 'The number 12345678901234567890 would lose digits' }],
    ['the beginning of a long text', { body: { title: long }, detail: `got "${long.slice(0, 64)}"` }],
    ['a path', { path: '/Users/secret', detail: 'There is no user "secret"' }],
    ['an unknown path', { path: '/secret' }],
    ['a filter', { query: 'filter=userName eq "secret"', detail: 'expected "and" after "secret"' }],
    ['a filter without quotation marks', { query: 'filter=userName eq secret', detail: 'got secret' }],
    ['a filter that is none', { query: 'filter=secret', detail: 'got secret' }],
    [
      'a filter in a PATCH path',
      { body: { path: 'emails[value eq "secret"].type' }, detail: '"secret" selects none' },
    ],
    [
      'such a filter in single marks',
      { body: { path: "emails[value eq 'secret']" }, detail: "got 'secret'" },
    ],
    ['a path of a bulk operation', { body: { path: '/Users/secret' }, detail: 'no user secret' }],
    ['an address that was not sent', { detail: 'secret@contoso.com holds it' }],
    ['a JSON role', { body: { roles: ['{"value":"secret"}'] }, detail: 'roles "secret" is not a role' }],
    ['several lines', { body: { title: 'a\nsecret' }, detail: 'a\nsecret' }],
    ['too many values', { body: [...Array(6_000).fill('x'), 'secret'], detail: 'got secret' }],
  ])('does not hold %s', (_what, request) => {
    expect(told(request)).not.toMatch(/secret|4711|1234|\n/i);
    expect(told(request)).toContain(' 400 3 ms');
  });
});
