import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../lib/scim/json.ts';
import { enterpriseUserSchema } from '../../lib/scim/schema/enterprise-user.ts';
import { groupSchema } from '../../lib/scim/schema/group.ts';
import { userSchema } from '../../lib/scim/schema/user.ts';
import { attributePath, attributesOf, filterText, fittingValue, word } from './attributes.ts';

const urn = 'urn:ietf:params:scim:api:messages:2.0:';

/** Generates a placeholder for the id of a resource that exists when the request is sent. */
const idIn = (collection: string) => fc.nat({ max: 60 }).map((index) => `{${collection} ${index}}`);
export const userId = idIn('Users');
export const groupId = idIn('Groups');
const memberId = fc.oneof({ weight: 8, arbitrary: userId }, groupId, fc.constant('nobody'));

/** Generates names, of which some match each other and most do not. */
const userName = fc.oneof(
  word,
  fc.nat({ max: 5_000 }).map((index) => `user${index}@example.com`),
);
const groupName = fc.oneof(
  word,
  fc.nat({ max: 1_000 }).map((index) => `Group ${index}`),
);

const member = fc.record(
  { value: memberId, type: fc.constantFrom('User', 'Group') },
  { requiredKeys: ['value'] },
);
const members = fc.array(member, { maxLength: 8 });

/** Generates users; few have a password, because hashing is slow. */
const withoutPassword = userSchema.attributes.filter(({ name }) => name !== 'password');
const password = fc.oneof({ weight: 60, arbitrary: fc.constant({}) }, fc.record({ password: word }));

const user: fc.Arbitrary<JsonObject> = fc
  .tuple(
    userName,
    attributesOf(withoutPassword),
    attributesOf(enterpriseUserSchema.attributes),
    fc.boolean(),
    password,
  )
  .map(([name, core, enterprise, extended, secret]) => ({
    schemas: [userSchema.id, ...(extended ? [enterpriseUserSchema.id] : [])],
    ...core,
    ...secret,
    userName: name,
    ...(extended && { [enterpriseUserSchema.id]: enterprise }),
  }));
const group: fc.Arbitrary<JsonObject> = fc
  .tuple(groupName, members)
  .map(([displayName, values]) => ({ schemas: [groupSchema.id], displayName, members: values }));

const verb = fc.constantFrom('add', 'replace', 'remove', 'Add', 'Replace', 'Remove');
const operation: fc.Arbitrary<JsonValue> = fc.oneof(
  attributePath.chain(({ path, attribute }) =>
    fc.record(
      {
        op: verb,
        path: fc.constant(path),
        value: attribute.name === 'password' ? fc.constant(null) : fittingValue(attribute),
      },
      { requiredKeys: ['op', 'path'] },
    ),
  ),
  fc.tuple(verb, attributesOf(withoutPassword)).map(([op, value]) => ({ op, value })),
  fc.tuple(verb, members).map(([op, value]) => ({ op, path: 'members', value })),
  fc.tuple(verb, memberId).map(([op, id]) => ({ op, path: `members[value eq "${id}"]` })),
  fc
    .tuple(
      verb,
      fc.constantFrom('work', 'home', 'x'),
      fc.constantFrom('', '.value', '.primary', '.type'),
      word,
    )
    .map(([op, type, sub, value]) => ({ op, path: `emails[type eq "${type}"]${sub}`, value })),
  fc.tuple(verb, filterText, word).map(([op, filter, value]) => ({ op, path: `emails[${filter}]`, value })),
);

const patch: fc.Arbitrary<JsonObject> = fc
  .array(operation, { minLength: 1, maxLength: 6 })
  .map((Operations) => ({ schemas: [`${urn}PatchOp`], Operations }));

const search: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      filter: filterText,
      attributes: fc.array(
        attributePath.map(({ path }) => path),
        { maxLength: 3 },
      ),
      sortBy: attributePath.map(({ path }) => path),
      sortOrder: fc.constantFrom('ascending', 'descending', 'x'),
      startIndex: fc.integer({ min: -2, max: 20 }),
      count: fc.integer({ min: -2, max: 20 }),
      cursor: fc.constantFrom('', 'x'),
    },
    { requiredKeys: [] },
  )
  .map((request) => ({ schemas: [`${urn}SearchRequest`], ...request }));

const bulkOperation: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.tuple(user, word).map(([data, bulkId]) => ({ method: 'POST', path: '/Users', bulkId, data })),
  fc.tuple(group, word).map(([data, bulkId]) => ({
    method: 'POST',
    path: '/Groups',
    bulkId,
    data: { ...data, members: [{ value: `bulkId:${bulkId}` }] },
  })),
  fc.tuple(patch, userId).map(([data, id]) => ({ method: 'PATCH', path: `/Users/${id}`, data })),
  userId.map((id) => ({ method: 'DELETE', path: `/Users/${id}` })),
);
const bulk: fc.Arbitrary<JsonObject> = fc
  .tuple(fc.array(bulkOperation, { maxLength: 4 }), fc.option(fc.nat({ max: 3 })))
  .map(([Operations, failOnErrors]) => ({ schemas: [`${urn}BulkRequest`], failOnErrors, Operations }));

/** Generates bodies that fit a request. */
export const bodies = { user, group, patch, search, bulk } as const;
