import { endpoints } from '../scim/schema/endpoints.ts';
import { groupMembersExtension, groupMemberType } from '../scim/schema/group-member.ts';
import { resourceTypes as coreTypes } from '../scim/schema/resource-types.ts';
import type { LoadedPack, Pack } from './pack.ts';

/** A name that two packs declare, so that no tenant can have both. */
export interface Clash {
  readonly packs: readonly [first: string, second: string];
  readonly what: 'resource type' | 'endpoint' | 'schema';
  readonly name: string;
}

type Names = Readonly<Record<Clash['what'], readonly string[]>>;

/** The names that a pack declares (erratum 8475). */
function namesIn({ resourceTypes, schemas }: Pack): Names {
  return {
    'resource type': resourceTypes.map(({ name }) => name),
    endpoint: resourceTypes.map(({ endpoint }) => endpoint),
    schema: schemas.map(({ id }) => id),
  };
}

/** The names of the core, which no pack can declare. */
const coreNames: Names = {
  'resource type': coreTypes.map(({ name }) => name),
  endpoint: [...coreTypes.map(({ endpoint }) => endpoint), ...Object.values(endpoints)],
  schema: coreTypes.flatMap(({ schema, extensions }) => [
    schema.id,
    ...extensions.map((one) => one.schema.id),
  ]),
};

/** The names of the pack with code of its own, which no other pack can declare. */
const memberNames: Names = {
  'resource type': [groupMemberType.name],
  endpoint: [groupMemberType.endpoint],
  schema: [groupMemberType.schema.id, groupMembersExtension.id],
};

const kinds = ['resource type', 'endpoint', 'schema'] as const;
const isSame = (name: string) => (other: string) => name.toLowerCase() === other.toLowerCase();

/** Finds the first name that two of these packs declare. */
export function findClash(packs: readonly Pack[]): Clash | undefined {
  for (const [index, second] of packs.entries()) {
    for (const first of packs.slice(0, index)) {
      for (const what of kinds) {
        const name = namesIn(second)[what].find((one) => namesIn(first)[what].some(isSame(one)));
        if (name !== undefined) return { packs: [first.id, second.id], what, name };
      }
    }
  }
  return undefined;
}

/**
 * Throws an Error that names the file if a pack has the id of another, or declares a name twice or one of the core, or
 * if it gives a resource type another endpoint than another pack does: the routes of all packs stand side by side.
 */
export function requireDistinct(packs: readonly LoadedPack[]): void {
  for (const [index, pack] of packs.entries()) {
    const earlier = packs.slice(0, index);
    if (earlier.some(({ id }) => id === pack.id)) throw unusable(pack.file, taken('pack', pack.id));
    for (const kind of kinds) {
      const reserved =
        pack.file === groupMembersFile ? coreNames[kind] : [...coreNames[kind], ...memberNames[kind]];
      const names = namesIn(pack)[kind];
      const twice = names.find((name, at) => [...reserved, ...names.slice(0, at)].some(isSame(name)));
      if (twice !== undefined) throw unusable(pack.file, taken(kind, twice));
    }
    for (const other of earlier) requireSameEndpoints(pack, other);
  }
}

/** The name of the pack with code of its own, in place of a file. */
export const groupMembersFile = 'group-members';

const taken = (what: string, name: string) =>
  `the ${what} ${name} is declared twice, or is one of Muster's own: rename it in your pack`;

function requireSameEndpoints({ file, resourceTypes }: LoadedPack, other: LoadedPack): void {
  for (const type of resourceTypes) {
    const differing = other.resourceTypes.find(
      ({ name, endpoint }) =>
        (isSame(name)(type.name) || isSame(endpoint)(type.endpoint)) &&
        !(name === type.name && endpoint === type.endpoint),
    );
    if (!differing) continue;
    throw unusable(
      file,
      `its resource type ${type.name} has the endpoint ${type.endpoint}, but ${other.file} has ${differing.name} at ` +
        `${differing.endpoint}: use both of these, or neither`,
    );
  }
}

/** An Error about a pack that names its file. */
export function unusable(file: string, fault: string): Error {
  return new Error(`The pack ${file} cannot be used: ${fault}`);
}
