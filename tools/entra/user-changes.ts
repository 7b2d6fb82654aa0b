import { type Json, urns } from '../client/json.ts';
import type { Random } from '../client/random.ts';
import { type Attributes, primaryRole, roleName } from './attributes.ts';
import type { Present, User } from './model.ts';
import { phoneNumber, roleType } from './people.ts';
import type { AppRole, Flavour } from './shapes.ts';
import { changesOf, type UserPatch } from './users.ts';

export interface ChangeContext {
  readonly user: Present<User>;
  readonly random: Random;
  readonly flavour: Flavour;
}

/** Writes one change in the source directory as the PATCH requests that Entra ID sends for it, in order. */
export type UserChange = (context: ChangeContext) => readonly UserPatch[];

/** All changes that happen to users between two cycles. */
export const userChanges: readonly UserChange[] = [
  rename,
  renameInCaseOnly,
  severalAttributes,
  missingElements,
  nickName,
  department,
  disable,
  disableAndEnable,
  oneRole,
  severalRoles,
];

type Values = readonly (readonly [string, Json])[];

function setValues({ user, flavour }: ChangeContext, kind: string, values: Values): readonly UserPatch[] {
  const operations = flavour.setAttributes(changesOf(user, values));
  return [{ kind, operations, after: new Map([...user.expected, ...values]) }];
}

function rename(context: ChangeContext): readonly UserPatch[] {
  const userName = `new-${context.user.source.get('userName')}`;
  return setValues(context, 'PATCH user: rename', [
    ['userName', userName],
    ['displayName', 'Newly Wed'],
    ['name.familyName', "d'Été-Wed"],
    ['emails[type eq "work"].value', userName],
  ]);
}

function renameInCaseOnly(context: ChangeContext): readonly UserPatch[] {
  const userName = String(context.user.expected.get('userName'));
  const capitalised = userName.charAt(0).toUpperCase() + userName.slice(1);
  return setValues(context, 'PATCH user: rename', [['userName', capitalised]]);
}

/** Changes several attributes at once: plain, dotted, URN-prefixed and filtered paths. */
export function severalAttributes(context: ChangeContext): readonly UserPatch[] {
  const { random } = context;
  return setValues(context, 'PATCH user: several attributes', [
    ['displayName', `Kim "K." ${random.below(1_000)}`],
    ['emails[type eq "work"].value', `kim.${random.below(1_000_000)}@contoso.example`],
    ['name.givenName', 'Kim'],
    ['externalId', random.guid()],
    [`${urns.enterprise}:employeeNumber`, `00${random.below(1_000)}`],
    ['title', ' Head of Staff '],
  ]);
}

function missingElements(context: ChangeContext): readonly UserPatch[] {
  const { user, random } = context;
  const candidates: Values = [
    ['phoneNumbers[type eq "mobile"].value', phoneNumber(random)],
    ['phoneNumbers[type eq "fax"].value', phoneNumber(random)],
    ['addresses[type eq "other"].formatted', 'c/o Contoso\nBox 7'],
    ['emails[type eq "other"].value', `other.${random.below(1_000_000)}@contoso.example`],
  ];
  const missing = candidates.filter(([path]) => !user.expected.has(path));
  const values = (missing.length > 0 ? missing : candidates).slice(0, 2);
  return setValues(context, 'PATCH user: missing elements', values);
}

function nickName({ user, flavour }: ChangeContext): readonly UserPatch[] {
  const operations = flavour.addAttribute('nickName', 'Babs');
  return [
    { kind: 'PATCH user: nickName', operations, after: new Map(user.expected).set('nickName', 'Babs') },
  ];
}

function department({ user, random, flavour }: ChangeContext): readonly UserPatch[] {
  const path = `${urns.enterprise}:department`;
  const value = `Tour Operations ${random.below(100)}`;
  const operations = flavour.addAttribute(path, value);
  return [{ kind: 'PATCH user: department', operations, after: new Map(user.expected).set(path, value) }];
}

function activity({ user, random, flavour }: ChangeContext, active: boolean): UserPatch {
  return {
    kind: active ? 'PATCH user: enable' : 'PATCH user: disable',
    operations: flavour.setActive(active, random),
    after: new Map(user.expected).set('active', active),
  };
}

function disable(context: ChangeContext): readonly UserPatch[] {
  return [activity(context, false)];
}

function disableAndEnable(context: ChangeContext): readonly UserPatch[] {
  return [activity(context, false), activity(context, true)];
}

function appRole(random: Random, value: string): AppRole {
  return { id: random.guid(), value, displayName: `${value} of the application` };
}

function oneRole({ user, random, flavour }: ChangeContext): readonly UserPatch[] {
  const role = appRole(random, random.pick(['Reader', 'Writer']));
  const after = new Map(user.expected)
    .set(`${primaryRole}.primary`, true)
    .set(`${primaryRole}.value`, role.value)
    .set(`${primaryRole}.display`, role.displayName)
    .set(`${primaryRole}.type`, roleType);
  return [{ kind: 'PATCH user: app role', operations: flavour.assignRole(role), after }];
}

function severalRoles({ user, random, flavour }: ChangeContext): readonly UserPatch[] {
  const names = flavour.rolesAreAssertive ? ['Planner', 'Auditor of plans'] : ['Approver', 'Auditor'];
  const roles = names.map((value) => appRole(random, value));
  const after: Attributes = new Map(
    [...user.expected].filter(([path]) => !flavour.rolesAreAssertive || !path.startsWith('roles[')),
  );
  for (const { value } of roles) after.set(`roles[value eq "${roleName(value)}"].value`, value);
  return [{ kind: 'PATCH user: app roles', operations: flavour.assignRoles(roles), after }];
}
