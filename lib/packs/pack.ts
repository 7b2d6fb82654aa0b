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
    error: 'must have subAttributes if its type is complex, and none otherwise',
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

/** A JSON file that adds schemas, resource types and extensions; attributes as in RFC 7643 7, defaults left out. */
export const packSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower-case words joined by hyphens'),
  description: z.string().min(1),
  schemas: z.array(schemaSchema).min(1),
  resourceTypes: z.array(resourceTypeSchema).default([]),
  /** Extensions of resource types that stand elsewhere, such as Group. */
  extensions: z.array(extensionSchema.extend({ resourceType: z.string() })).default([]),
});

/** A set of schemas and resource types that a tenant switches on as a whole. */
export type Pack = z.infer<typeof packSchema>;
