import { expect, expectTypeOf, test } from 'vitest';
import type { JsonObject } from '../../../lib/scim/json.ts';
import type { enterpriseUserSchema } from '../../../lib/scim/schema/enterprise-user.ts';
import type { groupSchema } from '../../../lib/scim/schema/group.ts';
import type { ResourceOf } from '../../../lib/scim/schema/resource-of.ts';
import { userSchema } from '../../../lib/scim/schema/user.ts';

type User = ResourceOf<typeof userSchema>;
type Group = ResourceOf<typeof groupSchema>;
type EnterpriseUser = ResourceOf<typeof enterpriseUserSchema>;

test('ResourceOf requires what the schema requires and types every value', () => {
  const user: User = {
    userName: 'bjensen',
    active: true,
    name: { givenName: 'Barbara' },
    emails: [{ value: 'b@example.com', primary: true }],
  };
  const group: Group = {
    displayName: 'Sales',
    members: [{ value: '1', $ref: 'https://example.com/Users/1' }],
  };
  const extension: EnterpriseUser = { manager: { value: '26118915' } };
  const asJson: readonly JsonObject[] = [user, group, extension];

  expect(asJson).toHaveLength(3);
  expectTypeOf<User['userName']>().toEqualTypeOf<string>();
  expectTypeOf<User>().toHaveProperty('emails').extract<readonly unknown[]>().not.toBeNever();
});

test('ResourceOf rejects what does not fit the schema', () => {
  // @ts-expect-error: userName is required.
  const nameless: User = { displayName: 'Babs' };
  // @ts-expect-error: active is a boolean.
  const inactive: User = { userName: 'bjensen', active: 'False' };
  // @ts-expect-error: emails are an array.
  const single: User = { userName: 'bjensen', emails: { value: 'b@example.com' } };
  // @ts-expect-error: sub-attributes are typed too.
  const numbered: User = { userName: 'bjensen', name: { givenName: 1 } };
  // @ts-expect-error: the schema has no such attribute.
  const unknown: User = { userName: 'bjensen', nickname: 'Babs' };

  expect([nameless, inactive, single, numbered, unknown]).toHaveLength(5);
  expect(userSchema.attributes[0].name).toBe('userName');
});
