import { withoutPaths } from '../scim/policy-paths.ts';
import type { ClientProfile } from '../scim/quirks/quirk.ts';
import { profileTraits } from '../scim/quirks/traits.ts';
import type { ResourceType, Schema, SchemaExtension } from '../scim/schema/attribute.ts';
import { groupMemberType } from '../scim/schema/group-member.ts';
import { resourceTypes as coreTypes, groupType, userType } from '../scim/schema/resource-types.ts';
import { type Clash, findClash, requireDistinct, unusable } from './distinct.ts';
import type { LoadedPack, Pack } from './pack.ts';

/** The packs and resource types of a deployment. */
export interface Catalogue {
  readonly packs: readonly Pick<Pack, 'id' | 'description'>[];
  /** Types that packs declare as data only, each name once. Their functions are always registered. */
  readonly customTypes: readonly ResourceType[];
  /** Finds a name that two of the packs with these ids declare, so that no tenant can have both. */
  clashOf(packs: readonly string[]): Clash | undefined;
  /** Lists the types of a tenant with this endpoint; repeats the same objects. */
  typesOf(endpoint: Offer): readonly ResourceType[];
}

/** The settings of a tenant's endpoint that decide which types it has. */
interface Offer {
  readonly packs: readonly string[];
  readonly groups: boolean;
  readonly profile: ClientProfile;
}

/**
 * Builds the catalogue. Throws an Error that names the file if packs contradict each other, or name an unknown schema
 * or resource type.
 */
export function createCatalogue(packs: readonly LoadedPack[]): Catalogue {
  requireDistinct(packs);
  const schemas = packs.map((pack) => ({ pack, declared: pack.schemas.map(toSchema) }));
  const build = (chosen: readonly LoadedPack[]) => buildTypes(chosen, schemas);
  const all = build(packs);
  requireKnownTypes(packs, all);
  const custom = all.slice(coreTypes.length).filter(({ name }) => name !== groupMemberType.name);

  const known = new Map<string, readonly ResourceType[]>();
  return {
    packs: packs.map(({ id, description }) => ({ id, description })),
    customTypes: custom.filter(({ name }, index) => custom.findIndex((type) => type.name === name) === index),
    clashOf: (ids) => findClash(packs.filter(({ id }) => ids.includes(id))),
    typesOf(offer) {
      const chosen = packs.filter(({ id }) => offer.packs.includes(id));
      const { absent } = profileTraits[offer.profile];
      const key = JSON.stringify([offer.groups, absent, ...chosen.map(({ id }) => id)]);
      const types = known.get(key) ?? offered(chosen.length === 0 ? coreTypes : build(chosen), offer);
      known.set(key, types);
      return types;
    },
  };
}

/** Removes groups and memberships if the tenant has no groups, and the attributes of users that its profile has not. */
function offered(
  types: readonly ResourceType[],
  { groups, profile }: Pick<Offer, 'groups' | 'profile'>,
): readonly ResourceType[] {
  const hidden: readonly string[] = groups ? [] : [groupType.name, groupMemberType.name];
  const { absent } = profileTraits[profile];
  return types
    .filter(({ name }) => !hidden.includes(name))
    .map((type) => (type.name === userType.name && absent.length > 0 ? withoutPaths(type, absent) : type));
}

/** The schemas of a pack. */
interface Declared {
  readonly pack: LoadedPack;
  readonly declared: readonly Schema[];
}

/** Builds the types of these packs. A schema that a type names is that of its own pack, or else of any. */
function buildTypes(packs: readonly LoadedPack[], schemas: readonly Declared[]): readonly ResourceType[] {
  const find = (id: string, pack: LoadedPack, user: string): Schema => {
    const named = schemas.flatMap(({ pack: from, declared }) =>
      declared.filter((schema) => schema.id === id).map((schema) => ({ from, schema })),
    );
    const found =
      named.find(({ from }) => from === pack) ?? named.find(({ from }) => packs.includes(from)) ?? named[0];
    if (found) return found.schema;
    const fault = `the resource type ${user} names the schema ${id}, which no pack declares: add it to schemas`;
    throw unusable(pack.file, fault);
  };
  const custom = packs.flatMap((pack) =>
    pack.resourceTypes.map(
      ({ schema, schemaExtensions, ...type }): ResourceType => ({
        ...type,
        schema: find(schema, pack, type.name),
        extensions: schemaExtensions.map((one) => ({ ...one, schema: find(one.schema, pack, type.name) })),
      }),
    ),
  );
  const added = packs.flatMap((pack) => pack.extensions.map((extension) => ({ pack, ...extension })));
  return [...coreTypes, ...custom].map((type) => {
    const own = added.filter(({ resourceType }) => resourceType === type.name);
    if (own.length === 0) return type;
    const extensions = own.map(
      ({ pack, schema, required }): SchemaExtension => ({ schema: find(schema, pack, type.name), required }),
    );
    return { ...type, extensions: [...type.extensions, ...extensions] };
  });
}

/** Throws an Error if a pack extends a resource type that does not exist. */
function requireKnownTypes(packs: readonly LoadedPack[], types: readonly ResourceType[]): void {
  for (const { file, extensions } of packs) {
    for (const { resourceType } of extensions) {
      if (!types.some(({ name }) => name === resourceType))
        throw unusable(
          file,
          `extensions names the resource type ${resourceType}, which no pack declares: correct its name`,
        );
    }
  }
}

/** Converts a schema, and drops the undefined properties of characteristics that the file leaves out. */
function toSchema(schema: Pack['schemas'][number]): Schema {
  return JSON.parse(JSON.stringify(schema)) as Schema;
}
