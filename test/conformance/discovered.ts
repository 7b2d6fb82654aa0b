import type { ConformanceEndpoint } from './support.ts';

/** An attribute as /Schemas describes it. */
export interface DescribedAttribute {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact?: boolean;
  readonly mutability: string;
  readonly returned: string;
  readonly uniqueness?: string;
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly DescribedAttribute[];
}

export interface DescribedSchema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly DescribedAttribute[];
}

/** All schemas of the endpoint. */
export async function schemasOf(endpoint: ConformanceEndpoint): Promise<readonly DescribedSchema[]> {
  const { body } = await endpoint.send('GET', '/Schemas');
  return body.Resources;
}

/** All schemas but that of schemas, which may nest deeper (RFC 7643 7). */
export async function resourceSchemasOf(endpoint: ConformanceEndpoint): Promise<readonly DescribedSchema[]> {
  const schemas = await schemasOf(endpoint);
  return schemas.filter(({ id }) => id !== 'urn:ietf:params:scim:schemas:core:2.0:Schema');
}

/** The attributes with their sub-attributes, at any depth. */
export function everyAttribute(attributes: readonly DescribedAttribute[]): readonly DescribedAttribute[] {
  return attributes.flatMap((attribute) => [attribute, ...everyAttribute(attribute.subAttributes ?? [])]);
}

/** The attributes of all schemas with their sub-attributes, at any depth. */
export async function attributesOf(endpoint: ConformanceEndpoint): Promise<readonly DescribedAttribute[]> {
  return (await schemasOf(endpoint)).flatMap(({ attributes }) => everyAttribute(attributes));
}

/** One attribute by its path, such as `emails.type`. */
export async function attributeOf(
  endpoint: ConformanceEndpoint,
  schema: string,
  path: string,
): Promise<DescribedAttribute> {
  const { body } = await endpoint.send('GET', `/Schemas/${schema}`);
  let attributes: readonly DescribedAttribute[] = body.attributes;
  let found: DescribedAttribute | undefined;
  for (const name of path.split('.')) {
    found = attributes.find((attribute) => attribute.name === name);
    attributes = found?.subAttributes ?? [];
  }
  if (!found) throw new Error(`${schema} has no attribute ${path}`);
  return found;
}
