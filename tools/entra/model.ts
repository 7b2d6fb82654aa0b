import { seededRandom } from '../client/random.ts';
import type { Attributes } from './attributes.ts';
import { person } from './people.ts';

/** A user in the source directory, and the state that the service should have for it. */
export interface User {
  readonly index: number;
  /** The attributes in Entra ID at the start of a run. */
  readonly source: Attributes;
  /** The attributes that the service should have now. */
  expected: Attributes;
  /** The service's id, while the user exists there. */
  id: string | undefined;
}

/** A group in the source directory, and the state that the service should have for it. */
export interface Group {
  readonly index: number;
  readonly source: { readonly displayName: string; readonly externalId: string };
  /** The positions of the users who are members at the start. */
  readonly wanted: readonly number[];
  displayName: string;
  externalId: string;
  /** The ids of the users who should be members in the service. */
  members: Set<string>;
  id: string | undefined;
}

export interface Directory {
  /** The service's ids of deleted resources. */
  readonly gone: Set<string>;
  /** The service's ids of the resources that this run created. */
  readonly created: Set<string>;
  /** The number of reference queries for each resource. */
  readonly asked: Map<string, number>;
  readonly users: readonly User[];
  readonly groups: readonly Group[];
}

export type Present<T> = T & { id: string };

/** Keeps the items that exist in the service. */
export function present<T extends { id: string | undefined }>(items: readonly T[]): Present<T>[] {
  return items.filter((item): item is Present<T> => item.id !== undefined);
}

/** Returns the members that are users of this run, in the order of the source directory. */
export function membersOf(directory: Directory, group: Group): Present<User>[] {
  return present(directory.users).filter(({ id }) => group.members.has(id));
}

/** Invents a source directory. The same seed gives the same names, so a second run finds the first run's users. */
export function makeDirectory(size: { users: number; groups: number; seed: number }): Directory {
  return {
    gone: new Set(),
    created: new Set(),
    asked: new Map(),
    users: Array.from({ length: size.users }, (_, index) => makeUser(size.seed, index)),
    groups: Array.from({ length: size.groups }, (_, index) => makeGroup(size, index)),
  };
}

function makeUser(seed: number, index: number): User {
  const source = person(seed, index);
  return { index, source, expected: new Map(source), id: undefined };
}

const topics = [
  'All Employees',
  'Sales',
  'R&D',
  'Führungskräfte',
  'Project "Aurora"',
  "Editors' Choice",
  '開発',
];

function makeGroup(size: { users: number; groups: number; seed: number }, index: number): Group {
  const random = seededRandom(size.seed, 'group', index);
  const displayName = `${topics[index % topics.length]} ${index} (s${size.seed})`;
  const source = { displayName, externalId: random.guid() };
  const everyone = Array.from({ length: size.users }, (_, user) => user);
  const few = 1 + random.below(Math.max(1, Math.ceil((4 * size.users) / size.groups)));
  const wanted = index === 0 ? everyone : random.shuffle(everyone).slice(0, few);
  return { index, source, wanted, ...source, members: new Set(), id: undefined };
}

/** Matches the names of all users and groups that a run with this seed creates or renames. */
export function marksOf(seed: number): { readonly User: RegExp; readonly Group: RegExp } {
  const names = topics.map((topic) => topic.replaceAll(/[&"']/g, '.')).join('|');
  return {
    User: new RegExp(`@s${seed}\\.contoso\\.example$`, 'i'),
    Group: new RegExp(`^(${names}) \\d+ \\(s${seed}\\)( renamed)*$`),
  };
}

/** Returns the position of a user's manager; undefined at the top. */
export function managerOf(index: number): number | undefined {
  return index === 0 ? undefined : Math.floor((index - 1) / 8);
}
