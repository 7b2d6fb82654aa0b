import * as z from 'zod';
import type { JsonObject } from '../scim/json.ts';
import { errorUrn } from '../scim/message/error.ts';
import { apiExamples } from './api-examples.ts';
import { type SchemaForm, toJsonSchema } from './json-schema.ts';
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

/** The tags of operations, with the segments of their paths that name what they are about. */
const tags = [
  {
    name: 'Tenants',
    segments: ['tenants', 'status', 'synchronization'],
    description: 'Customers and policies.',
  },
  { name: 'Keys', segments: ['keys'], description: 'Bearer keys and client secrets of customers.' },
  { name: 'App keys', segments: ['app-keys'], description: 'Keys of products for `/api/v1`.' },
  {
    name: 'Users',
    segments: ['users', 'pending-members'],
    description: 'Users as the client provided them.',
  },
  { name: 'Groups', segments: ['groups'], description: 'Groups as the client provided them.' },
  {
    name: 'Accounts',
    segments: ['accounts', 'login-conversion'],
    description: 'Accounts of the product, which follow from users or were made by hand.',
  },
  { name: 'Teams', segments: ['teams'], description: 'Teams of accounts.' },
  { name: 'Mappings', segments: ['mappings'], description: 'Groups of the client that are teams or roles.' },
  {
    name: 'Events',
    segments: ['events', 'snapshot', 'feed'],
    description: 'The feed: what changed, in order, each change once.',
  },
  { name: 'Webhooks', segments: ['webhooks'], description: 'Endpoints to which events are sent.' },
  { name: 'Mails', segments: ['mails', 'links'], description: 'Mails and the links in them.' },
  {
    name: 'Audit',
    segments: ['audit', 'runs'],
    description: 'Records of changes and refusals, and sync runs.',
  },
] as const;

/** Finds the tag of an operation. Throws an Error if the table has none. */
function tagOf({ template }: ManageRow): string {
  const [first, , below] = template.split('/');
  const segment = first === 'tenants' ? (below ?? first) : first;
  const tag = tags.find(({ segments }) => segments.some((one) => one === segment));
  if (!tag) throw new Error(`No tag has the operations at ${template}`);
  return tag.name;
}

/** Describes the management API (OpenAPI 3.1.1) from its rows. */
export function describeApi(): JsonObject {
  const schemas = new Map([['Error', toJsonSchema(errorSchema, { io: 'output' }).schema]]);
  const schemaOf: SchemaOf = (schema, io) => {
    const { schema: own, shared } = toJsonSchema(schema, { io });
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
      title: 'Muster API',
      version: '1',
      description:
        'Tenants, keys, users, groups, accounts and teams of a deployment. Within a version, operations and ' +
        'properties are only added: ignore those that you do not know.',
    },
    servers: [
      {
        url: '/api/v1',
        description: 'For products with an app key, and operators with a token of Entra ID.',
      },
      { url: '/manage', description: 'For callers with a function key of the app.' },
      { url: '/operate', description: 'The same as `/api/v1`, for operators alone.' },
    ],
    tags: tags.map(({ name, description }) => ({ name, description })),
    security: operators,
    paths,
    components: {
      securitySchemes: {
        functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        entra: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        appKey: { type: 'http', scheme: 'bearer', description: 'An app key, below `/api/v1`.' },
      },
      schemas: Object.fromEntries(schemas),
    },
  } as unknown as JsonObject;
}

const operators = [{ functionKey: [] }, { entra: [] }];

const openTo = {
  read: 'Open to every app key, and to operators.',
  write: 'Open to app keys with the access `write`, and to operators.',
} as const;

type Direction = SchemaForm['io'];
/** Converts a schema to JSON Schema, in which schemas with an id become references. */
type SchemaOf = (schema: z.ZodType, io: Direction) => JsonObject;

function operationOf(row: ManageRow, schemaOf: SchemaOf): object {
  const { name, template, summary, status, query, body, answer, appKeys } = row;
  const example = apiExamples.get(name);
  const contentOf = (schema: z.ZodType, io: Direction) => ({
    'application/json': {
      schema: schemaOf(schema, io),
      example: example?.[io === 'input' ? 'body' : 'answer'],
    },
  });
  const access = appKeys ? openTo[appKeys] : 'Open to operators.';
  const inPath = [...template.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    operationId: name,
    tags: [tagOf(row)],
    summary,
    description: example ? `${example.description} ${access}` : access,
    security: appKeys && [{ appKey: [] }, ...operators],
    parameters: [...inPath, ...queryParameters(toJsonSchema(query, { io: 'input' }).schema)].map(
      (parameter) => ({
        ...parameter,
        example: example?.parameters?.[parameter.name],
      }),
    ),
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

function queryParameters({ properties = {} }: JsonObject) {
  return Object.entries(properties as JsonObject).map(([name, schema]) => {
    const { description, ...rest } = schema as JsonObject;
    return { name, in: 'query', description, schema: rest };
  });
}
