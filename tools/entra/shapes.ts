import type { Json, JsonObject } from '../client/json.ts';
import type { Random } from '../client/random.ts';
import { managerPath, primaryRole } from './attributes.ts';
import { roleType } from './people.ts';

export interface Change {
  readonly path: string;
  readonly value: Json;
  /** True if the service already has a value at the path. */
  readonly present: boolean;
}

export interface AppRole {
  readonly id: string;
  readonly value: string;
  readonly displayName: string;
}

export interface Reference {
  readonly id: string;
  readonly url: string;
}

/** A flavour of Entra ID's client, which writes each kind of change as PATCH operations. */
export interface Flavour {
  readonly name: string;
  setActive(active: boolean, random: Random): readonly JsonObject[];
  addAttribute(path: string, value: Json): readonly JsonObject[];
  setAttributes(changes: readonly Change[]): readonly JsonObject[];
  addMembers(ids: readonly string[]): readonly JsonObject[];
  removeMembers(ids: readonly string[]): readonly JsonObject[];
  setManager(target: Reference): readonly JsonObject[];
  clearManager(random: Random): readonly JsonObject[];
  assignRole(role: AppRole): readonly JsonObject[];
  assignRoles(roles: readonly AppRole[]): readonly JsonObject[];
  /** True if `assignRoles` sends the full list, so that the user loses other roles. */
  readonly rolesAreAssertive: boolean;
}

const memberValues = (ids: readonly string[]): JsonObject[] => ids.map((id) => ({ $ref: null, value: id }));
const capital = (active: boolean): string => (active ? 'True' : 'False');

const clearManager = (random: Random): readonly JsonObject[] => [
  { op: 'replace', path: managerPath, value: random.chance(0.5) ? { value: '' } : '' },
];

const assignRole =
  (op: string) =>
  (role: AppRole): readonly JsonObject[] => [
    { op, path: `${primaryRole}.value`, value: role.value },
    { op, path: `${primaryRole}.display`, value: role.displayName },
    { op, path: `${primaryRole}.type`, value: roleType },
  ];

const defaultFlavour: Flavour = {
  name: 'default',
  setActive: (active, random) => [
    { op: 'Replace', path: 'active', value: random.chance(0.75) ? capital(active) : active },
  ],
  addAttribute: (path, value) => [{ op: 'Add', path, value }],
  setAttributes: (changes) =>
    changes.map(({ path, value, present }) => ({ op: present ? 'Replace' : 'Add', path, value })),
  addMembers: (ids) => [{ op: 'Add', path: 'members', value: memberValues(ids) }],
  removeMembers: (ids) => [{ op: 'Remove', path: 'members', value: memberValues(ids) }],
  setManager: ({ id, url }) => [{ op: 'Add', path: 'manager', value: [{ $ref: url, value: id }] }],
  clearManager,
  assignRole: assignRole('Add'),
  assignRoles: (roles) => [
    { op: 'Add', path: 'roles', value: roles.map((role) => ({ value: JSON.stringify(role) })) },
  ],
  rolesAreAssertive: false,
};

const isFiltered = ({ path }: Change): boolean => path.includes('[');

function setAttributesTogether(changes: readonly Change[]): readonly JsonObject[] {
  const plain = changes.filter((change) => !isFiltered(change));
  const together = {
    op: 'replace',
    value: Object.fromEntries(plain.map(({ path, value }) => [path, value])),
  };
  const separate = changes
    .filter(isFiltered)
    .map(({ path, value, present }) => ({ op: present ? 'replace' : 'add', path, value }));
  return plain.length === 0 ? separate : [...separate, together];
}

const flaggedFlavour: Flavour = {
  name: 'aadOptscim062020',
  setActive: (active) => [{ op: 'replace', path: 'active', value: active }],
  addAttribute: (path, value) => [{ op: 'add', path, value }],
  setAttributes: setAttributesTogether,
  addMembers: (ids) => [{ op: 'add', path: 'members', value: memberValues(ids) }],
  removeMembers: (ids) => ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
  setManager: ({ id }) => [{ op: 'replace', path: managerPath, value: id }],
  clearManager,
  assignRole: assignRole('add'),
  assignRoles: (roles) => [
    {
      op: 'replace',
      path: 'roles',
      value: roles.map(({ value, displayName }) => ({ value, display: displayName, type: roleType })),
    },
  ],
  rolesAreAssertive: true,
};

/** The two dialects of Entra ID's client, by the feature flag in the tenant URL. */
export const flavours = { default: defaultFlavour, aadOptscim062020: flaggedFlavour } as const;
