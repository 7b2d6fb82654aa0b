import type { ResourceType, Schema, SchemaExtension } from '../scim/schema/attribute.ts';
import { endpoints } from '../scim/schema/endpoints.ts';
import { groupMemberType } from '../scim/schema/group-member.ts';
import { resourceTypes as coreTypes, groupType } from '../scim/schema/resource-types.ts';
import type { Pack } from './pack.ts';

/** The packs and resource types of a deployment. */
export interface Catalogue {
  readonly packs: readonly Pick<Pack, 'id' | 'description'>[];
  /** Types that packs declare as data only. Their functions are always registered. */
  readonly customTypes: readonly ResourceType[];
  /** Lists the types of a tenant with these packs, with or without groups; repeats the same objects. */
  typesOf(offer: { readonly packs: readonly string[]; readonly groups: boolean }): readonly ResourceType[];
}

/** Builds the catalogue; throws an Error if packs contradict each other or name an unknown schema. */
export function createCatalogue(packs: readonly Pack[]): Catalogue {
  const schemas = new Map(
    packs.flatMap((pack) => pack.schemas.map((schema) => [schema.id, toSchema(schema)])),
  );
  const build = (chosen: readonly Pack[]) => buildTypes(chosen, schemas);
  const all = build(packs);
  requireDistinct(packs, all);

  const known = new Map<string, readonly ResourceType[]>();
  return {
    packs: packs.map(({ id, description }) => ({ id, description })),
    customTypes: all.slice(coreTypes.length).filter(({ name }) => name !== groupMemberType.name),
    typesOf(offer) {
      const chosen = packs.filter(({ id }) => offer.packs.includes(id));
      const key = JSON.stringify([offer.groups, ...chosen.map(({ id }) => id)]);
      const types = known.get(key) ?? offered(chosen.length === 0 ? coreTypes : build(chosen), offer);
      known.set(key, types);
      return types;
    },
  };
}

/** Removes groups and memberships from the types if the tenant has no groups. */
function offered(types: readonly ResourceType[], { groups }: { groups: boolean }): readonly ResourceType[] {
  const hidden: readonly string[] = [groupType.name, groupMemberType.name];
  return groups ? types : types.filter(({ name }) => !hidden.includes(name));
}

function buildTypes(packs: readonly Pack[], schemas: ReadonlyMap<string, Schema>): readonly ResourceType[] {
  const find = (id: string, user: string): Schema => {
    const schema = schemas.get(id);
    if (!schema)
      throw new Error(
        `The resource type ${user} names the schema ${id}, which no pack declares: add it to schemas`,
      );
    return schema;
  };
  const extend = (user: string, extensions: Pack['resourceTypes'][number]['schemaExtensions']) =>
    extensions.map(({ schema, required }): SchemaExtension => ({ schema: find(schema, user), required }));
  const custom = packs.flatMap(({ resourceTypes }) =>
    resourceTypes.map(
      ({ schema, schemaExtensions, ...type }): ResourceType => ({
        ...type,
        schema: find(schema, type.name),
        extensions: extend(type.name, schemaExtensions),
      }),
    ),
  );
  const added = packs.flatMap(({ extensions }) => extensions);
  return [...coreTypes, ...custom].map((type) => {
    const own = added.filter(({ resourceType }) => resourceType === type.name);
    if (own.length === 0) return type;
    return { ...type, extensions: [...type.extensions, ...extend(type.name, own)] };
  });
}

/** Throws an Error if packs, schemas or resource types share an id, a name or an endpoint (erratum 8475). */
function requireDistinct(packs: readonly Pack[], types: readonly ResourceType[]): void {
  const coreSchemas = coreTypes.flatMap(({ schema, extensions }) => [
    schema,
    ...extensions.map((one) => one.schema),
  ]);
  const claims = {
    pack: packs.map(({ id }) => id),
    schema: [...coreSchemas, ...packs.flatMap(({ schemas }) => schemas)].map(({ id }) => id),
    'resource type': types.map(({ name }) => name),
    endpoint: [...types.map(({ endpoint }) => endpoint), ...Object.values(endpoints)],
  };
  for (const [what, names] of Object.entries(claims)) {
    const seen = new Set<string>();
    for (const name of names.map((one) => one.toLowerCase())) {
      if (seen.has(name))
        throw new Error(
          `The ${what} ${name} is declared twice, or is one of Muster's own: rename it in your pack`,
        );
      seen.add(name);
    }
  }
}

/** Converts a schema, and drops the undefined properties of characteristics that the file leaves out. */
function toSchema(schema: Pack['schemas'][number]): Schema {
  return JSON.parse(JSON.stringify(schema)) as Schema;
}
