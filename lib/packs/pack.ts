import * as z from 'zod/mini';

const matching = (form: RegExp, error: string) => z.string().check(z.regex(form, error));
const filled = () => z.string().check(z.minLength(1));
const urn = matching(/^urn:[A-Za-z0-9][A-Za-z0-9-]*(:[A-Za-z0-9._-]+)+$/, 'must be a URN');

const characteristics = {
  name: matching(/^[A-Za-z$][A-Za-z0-9_$-]*$/, 'must be an attribute name (RFC 7643 2.1)'),
  description: filled(),
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

const subAttributeSchema = z.required(
  z.partial(z.strictObject({ ...characteristics, type: z.enum(simpleTypes) })),
  { name: true, description: true },
);

const attributeCharacteristics = z.strictObject({
  ...characteristics,
  type: z.enum([...simpleTypes, 'complex']),
  subAttributes: z.array(subAttributeSchema).check(z.minLength(1)),
});
const attributeSchema = z
  .required(z.partial(attributeCharacteristics), { name: true, description: true })
  .check(
    z.refine(({ type, subAttributes }) => (type === 'complex') === (subAttributes !== undefined), {
      error: 'must have subAttributes if its type is complex, and must not have them otherwise',
    }),
  );

const schemaSchema = z.strictObject({
  id: urn,
  name: filled(),
  description: filled(),
  attributes: z.array(attributeSchema),
});

const extensionSchema = z.strictObject({ schema: urn, required: z._default(z.boolean(), false) });

const resourceTypeSchema = z.strictObject({
  name: matching(/^[A-Z][A-Za-z0-9]{0,39}$/, 'must be one capitalised word'),
  endpoint: matching(/^\/[A-Z][A-Za-z0-9]{0,39}$/, 'must be a slash and one capitalised word'),
  description: filled(),
  schema: urn,
  schemaExtensions: z._default(z.array(extensionSchema), []),
});

/** The schema of a pack's JSON file. Attributes are as in RFC 7643 7, and defaults can be left out. */
export const packSchema = z.strictObject({
  id: matching(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower-case words joined by hyphens'),
  description: filled(),
  schemas: z.array(schemaSchema).check(z.minLength(1)),
  resourceTypes: z._default(z.array(resourceTypeSchema), []),
  /** Extensions of resource types that another pack or the core declares, such as Group. */
  extensions: z._default(z.array(z.extend(extensionSchema, { resourceType: z.string() })), []),
});

/** A set of schemas, resource types and extensions that a tenant's policy enables as a whole. */
export type Pack = z.infer<typeof packSchema>;

/** A pack with the name of its file, for errors. */
export type LoadedPack = Pack & { readonly file: string };
