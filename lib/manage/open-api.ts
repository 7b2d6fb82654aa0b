import * as z from 'zod';
import type { JsonObject } from '../scim/json.ts';
import { errorUrn } from '../scim/message/error.ts';
import type { ManageRow } from './row.ts';
import { manageRows } from './rows.ts';

const errorSchema = z
  .object({
    schemas: z.array(z.literal(errorUrn)),
    status: z.string(),
    scimType: z.string().optional(),
    detail: z.string(),
  })
  .describe('A SCIM error (RFC 7644 3.12).');

/** Describes the management API (OpenAPI 3.1.1) from its rows. */
export function describeApi(version: string): object {
  const schemas = new Map([['Error', described(errorSchema, 'output').schema]]);
  const schemaOf: SchemaOf = (schema, io) => {
    const { schema: own, shared } = described(schema, io);
    for (const [name, one] of Object.entries(shared)) schemas.set(name, one as JsonObject);
    return own;
  };
  const paths: Record<string, Record<string, object>> = {};
  for (const row of manageRows) {
    const path = `/${row.template}`;
    paths[path] = { ...paths[path], [row.method.toLowerCase()]: operationOf(row, schemaOf) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Muster management API',
      version,
      description: 'Tenants, keys, local accounts and teams of a deployment.',
    },
    servers: [
      { url: '/manage', description: 'For callers with a function key of the app.' },
      { url: '/operate', description: 'For callers with a token of Entra ID.' },
    ],
    security: [{ functionKey: [] }, { entra: [] }],
    paths,
    components: {
      securitySchemes: {
        functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        entra: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
      schemas: Object.fromEntries(schemas),
    },
  };
}

type Direction = 'input' | 'output';
/** Converts a schema to JSON Schema, in which schemas with an id become references. */
type SchemaOf = (schema: z.ZodType, io: Direction) => JsonObject;

function operationOf(row: ManageRow, schemaOf: SchemaOf): object {
  const { name, template, summary, status, query, body, answer } = row;
  const contentOf = (schema: z.ZodType, io: Direction) => ({
    'application/json': { schema: schemaOf(schema, io) },
  });
  const inPath = [...template.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    operationId: name,
    summary,
    parameters: [...inPath, ...queryParameters(described(query, 'input').schema)],
    requestBody: body && { required: true, content: contentOf(body, 'input') },
    responses: {
      [status]: { description: summary, content: answer && contentOf(answer, 'output') },
      default: {
        description: 'The request was refused.',
        content: { 'application/scim+json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function queryParameters({ properties = {} }: JsonObject): readonly object[] {
  return Object.entries(properties as JsonObject).map(([name, schema]) => {
    const { description, ...rest } = schema as JsonObject;
    return { name, in: 'query', description, schema: rest };
  });
}

/** Converts a schema inside another one, so that a schema with an id becomes a reference too. */
function described(schema: z.ZodType, io: Direction): { schema: JsonObject; shared: JsonObject } {
  const text = JSON.stringify(z.toJSONSchema(z.object({ schema }), { io, unrepresentable: 'any' }));
  const wrapper = JSON.parse(text.replaceAll('#/$defs/', '#/components/schemas/'));
  return { schema: wrapper.properties.schema, shared: wrapper.$defs ?? {} };
}
