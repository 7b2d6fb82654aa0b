import { limits } from '../../lib/base/limits.ts';
import type { Attribute, ResourceType, Schema, SchemaExtension } from '../../lib/scim/schema/attribute.ts';
import { commonAttributes } from '../../lib/scim/schema/common.ts';
import { resourceTypeSchema } from '../../lib/scim/schema/resource-type.ts';
import { resourceTypes } from '../../lib/scim/schema/resource-types.ts';
import { schemaSchema } from '../../lib/scim/schema/schema.ts';
import { interopConfigSchema } from '../../lib/scim/schema/service-provider-config.ts';
import { type Page, toTable } from './page.ts';

/** Writes the page of schemas from their declarations. */
export function schemasPage(): Page {
  const discovery = [interopConfigSchema, resourceTypeSchema, schemaSchema];
  const sections = [
    `## Every resource\n\n${toAttributeTable(commonAttributes)}`,
    ...resourceTypes.map(toTypeSection),
    ...discovery.map(toSchemaSection),
  ];
  return {
    path: 'docs/reference/schemas.md',
    text: `# Schemas

\`npm run docs\` generates this page from \`lib/scim/schema\`.

\`[]\` after a type marks an attribute that can have several values. The characteristics are those that differ from
the defaults of RFC 7643 2.2. By default, an attribute is not required, compared without regard to case, readWrite,
returned by default and not unique. Canonical values are suggestions; Muster accepts other values too.

${bounds}

${sections.join('\n\n')}
`,
  };
}

const count = (number: number) => number.toLocaleString('en-US');
const bounds = [
  `A value of type string has at most ${count(limits.textCharactersMax)} characters.`,
  `An attribute other than \`members\` has at most ${count(limits.valuesPerAttributeMax)} values,`,
  `and a resource as JSON at most ${count(limits.resourceBytesMax)} bytes.`,
  'In a tenant with accounts, a value that an account gets has at most',
  `${count(limits.accountCharactersMax)} characters.`,
  'Muster refuses more with 400 `invalidValue`, and says which bound it is.',
].join('\n');

function toTypeSection({ name, endpoint, schema, extensions }: ResourceType): string {
  const parts = [
    `## ${name}`,
    `Served at \`${endpoint}\`. Schema \`${schema.id}\`: ${schema.description}`,
    toAttributeTable(schema.attributes),
    ...extensions.flatMap(toExtensionParts),
  ];
  return parts.join('\n\n');
}

function toExtensionParts({ schema, required }: SchemaExtension): readonly string[] {
  const kind = required ? 'Required extension' : 'Optional extension';
  return [
    `### ${schema.name}`,
    `${kind} \`${schema.id}\`: ${schema.description}`,
    toAttributeTable(schema.attributes),
  ];
}

function toSchemaSection({ id, name, description, attributes }: Schema): string {
  return `## ${name}\n\nSchema \`${id}\`: ${description}\n\n${toAttributeTable(attributes)}`;
}

function toAttributeTable(attributes: readonly Attribute[]): string {
  const rows = attributes.flatMap((attribute) => toRows(attribute, ''));
  return toTable(['Attribute', 'Type', 'Characteristics', 'Description'], rows);
}

function toRows(attribute: Attribute, prefix: string): readonly (readonly string[])[] {
  const { name, type = 'string', multiValued, description, subAttributes = [] } = attribute;
  const path = prefix + name;
  return [
    [`\`${path}\``, `${type}${multiValued ? '[]' : ''}`, toCharacteristics(attribute), description],
    ...subAttributes.flatMap((sub) => toRows(sub, `${path}.`)),
  ];
}

function toCharacteristics(attribute: Attribute): string {
  const { required, caseExact, mutability, returned, uniqueness, canonicalValues, referenceTypes } =
    attribute;
  const parts = [
    required && 'required',
    caseExact && 'caseExact',
    mutability,
    returned && `returned ${returned}`,
    uniqueness && `unique (${uniqueness})`,
    referenceTypes && `to ${referenceTypes.join(', ')}`,
    canonicalValues && `canonical ${canonicalValues.join(', ')}`,
  ];
  return parts.filter((part) => typeof part === 'string').join('; ');
}
