import type { JsonObject } from './json.ts';
import { seededRandom } from './random.ts';
import type { ResourceType } from './requests.ts';

/** A resource of the client, and the state that the service should have for it. */
export interface Item {
  readonly type: ResourceType;
  readonly index: number;
  /** The service's id, while the resource exists there. */
  id: string | undefined;
  /** The attributes that the service should have now; it may have others too. */
  expected: JsonObject;
}

export interface Person extends Item {
  readonly type: 'User';
  readonly userName: string;
  readonly externalId: string;
  readonly givenName: string;
  readonly familyName: string;
}

export interface Team extends Item {
  readonly type: 'Group';
  readonly displayName: string;
  readonly externalId: string;
}

export type Present<T extends Item> = T & { id: string };

/** Keeps the resources that exist in the service. */
export function present<T extends Item>(items: readonly T[]): readonly Present<T>[] {
  return items.filter((item): item is Present<T> => item.id !== undefined);
}

/** The size of the client's directory, and the seed of its names. */
export interface Size {
  readonly client: string;
  readonly users: number;
  readonly groups: number;
  readonly seed: number;
}

const givenNames = ['Adele', 'Björn', 'Chloë', 'Fatima', 'José', 'Miriam', 'Pradeep', 'Zoë'];
const familyNames = ["O'Neill", 'Müller', 'Nowak', 'van der Berg', 'Bianchi', 'Núñez', 'Gupta', '李'];
const topics = ['Sales', 'R&D', 'Führungskräfte', 'Project "Aurora"', '開発'];

type Source = Pick<Size, 'client' | 'seed'>;

/** The end of the userName of every user that a client with this seed creates. */
export const domainOf = ({ client, seed }: Source) => `@s${seed}.${client}.example`;

const endOf = ({ client, seed }: Source) => ` (${client} s${seed})`;

/** Matches the userNames of all users, and the displayNames of all groups, that a client with this seed creates. */
export function marksOf(source: Source): Readonly<Record<ResourceType, RegExp>> {
  const [domain, end] = [domainOf(source), endOf(source)].map((text) => text.replaceAll(/[.()]/g, '\\$&'));
  return { User: new RegExp(`${domain}$`, 'i'), Group: new RegExp(`${end}$`, 'i') };
}

/** Invents the users of a client. The same seed gives the same users. */
export function makePeople(size: Size): readonly Person[] {
  return Array.from({ length: size.users }, (_, index) => makePerson(size, index, `user.${index}`));
}

/** Invents the groups of a client. The same seed gives the same groups. */
export function makeTeams(size: Size): readonly Team[] {
  const titleOf = (index: number) => `${topics[index % topics.length]} ${index}`;
  return Array.from({ length: size.groups }, (_, index) => makeTeam(size, index, titleOf(index)));
}

/** Invents one user; `name` is the userName without its domain. */
export function makePerson(source: Source, index: number, name: string): Person {
  const random = seededRandom(source.client, source.seed, 'person', index);
  const [givenName, familyName] = [random.pick(givenNames), random.pick(familyNames)];
  const userName = `${name}${domainOf(source)}`;
  const externalId = random.guid();
  return { type: 'User', index, givenName, familyName, userName, externalId, id: undefined, expected: {} };
}

/** Invents one group; `title` is the displayName without its end. */
export function makeTeam(source: Source, index: number, title: string): Team {
  const externalId = seededRandom(source.client, source.seed, 'team', index).guid();
  const displayName = `${title}${endOf(source)}`;
  return { type: 'Group', index, displayName, externalId, id: undefined, expected: {} };
}
