import * as z from 'zod';

const urn = z.string().regex(/^urn:[A-Za-z0-9][A-Za-z0-9-]*(:[A-Za-z0-9._-]+)+$/, 'must be a URN');

const characteristics = {
  name: z.string().regex(/^[A-Za-z$][A-Za-z0-9_$-]*$/, 'must be an attribute name (RFC 7643 2.1)'),
  description: z.string().min(1),
  multiValued: z.boolean(),
  required: z.boolean(),
  canonicalValues: z.array(z.string()),
  caseExact: z.boolean(),
  mutability: z.enum(['readOnly', 'readWrite', 'immutable', 'writeOnly']),
  returned: z.enum(['always', 'never', 'default', 'request']),
  uniqueness: z.enum(['none', 'server', 'global']),
  referenceTypes: z.array(z.string()),
};
const simpleTypes = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference'] as const;

const subAttributeSchema = z
  .strictObject({ ...characteristics, type: z.enum(simpleTypes) })
  .partial()
  .required({ name: true, description: true });

const attributeSchema = z
  .strictObject({
    ...characteristics,
    type: z.enum([...simpleTypes, 'complex']),
    subAttributes: z.array(subAttributeSchema).min(1),
  })
  .partial()
  .required({ name: true, description: true })
  .refine(({ type, subAttributes }) => (type === 'complex') === (subAttributes !== undefined), {
    error: 'must have subAttributes if its type is complex, and must not have them otherwise',
  });

const schemaSchema = z.strictObject({
  id: urn,
  name: z.string().min(1),
  description: z.string().min(1),
  attributes: z.array(attributeSchema),
});

const extensionSchema = z.strictObject({ schema: urn, required: z.boolean().default(false) });

const resourceTypeSchema = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Za-z0-9]{0,39}$/, 'must be one capitalised word'),
  endpoint: z.string().regex(/^\/[A-Z][A-Za-z0-9]{0,39}$/, 'must be a slash and one capitalised word'),
  description: z.string().min(1),
  schema: urn,
  schemaExtensions: z.array(extensionSchema).default([]),
});

/** The schema of a pack's JSON file. Attributes are as in RFC 7643 7, and defaults can be left out. */
export const packSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower-case words joined by hyphens'),
  description: z.string().min(1),
  schemas: z.array(schemaSchema).min(1),
  resourceTypes: z.array(resourceTypeSchema).default([]),
  /** Extensions of resource types that another pack or the core declares, such as Group. */
  extensions: z.array(extensionSchema.extend({ resourceType: z.string() })).default([]),
});

/** A set of schemas, resource types and extensions that a tenant's policy enables as a whole. */
export type Pack = z.infer<typeof packSchema>;

/** A pack with the name of its file, for errors. */
export type LoadedPack = Pack & { readonly file: string };
