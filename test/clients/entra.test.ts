import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../lib/scim/json.ts';
import { type Answer, type Endpoint, scim, startEndpoint, type TenantAccess } from '../support/endpoint.ts';

/** One request; `{name}` in its strings is the id of the resource of that name, `{base}` the tenant URL. */
interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonValue;
  /** The name by which later requests mean the resource that this one creates. */
  readonly as?: string;
}

interface Expected {
  /** The whole resource read back, without `meta`, `id` and `schemas`. */
  readonly is?: JsonObject;
  /** The whole body of the answer, without `meta` and `schemas`. */
  readonly answer?: JsonObject;
  /** The names of the resources in a ListResponse, in any order. */
  readonly list?: readonly string[];
  /** The whole resources in a ListResponse, without `meta` and `schemas`. */
  readonly listed?: readonly JsonObject[];
  /** `totalResults`, where it is not the number of resources on the page. */
  readonly total?: number;
  /** The ids of the user's groups. */
  readonly groups?: readonly string[];
}

interface Row extends Expected {
  readonly name: string;
  /** Names of resources in given.json to create first. */
  readonly given?: readonly string[];
  readonly before?: readonly Request[];
  readonly request: Request;
  readonly status: number;
  readonly scimType?: string;
  /** What reads find afterwards; without `status` they answer 200. */
  readonly then?: readonly (Expected & { readonly path: string; readonly status?: number })[];
  /** A resource whose version and time of change must not have moved. */
  readonly unchanged?: string;
}

const given: Record<string, { path: string; body: JsonValue }> = load('given');
const coreUrn = 'urn:ietf:params:scim:schemas:core:2.0:';
const messageUrn = 'urn:ietf:params:scim:api:messages:2.0:';

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await startEndpoint();
});
afterAll(() => endpoint?.stop());

describe.each([
  'connection',
  'create',
  'patch-default',
  'patch-flag',
  'groups',
  'deprovisioning',
  'validator',
])('Entra ID, %s', (fixture) => {
  test.each(load<readonly Row[]>(fixture).map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const play = new Play(await endpoint.createTenant({ name: row.name.slice(0, 60), profile: 'entra' }));
    for (const name of row.given ?? []) await play.create(name);
    for (const request of row.before ?? []) expect((await play.send(request)).status).toBeLessThan(300);

    const version = row.unchanged && (await play.metaOf(row.unchanged));
    const answer = await play.send({ as: 'created', ...row.request });
    expect(answer).toMatchObject({ status: row.status });
    await play.check(answer, row);
    for (const read of row.then ?? []) await play.read(read);
    if (row.unchanged) expect(await play.metaOf(row.unchanged)).toEqual(version);
  });
});

describe('Entra ID, discovery', () => {
  test('GET /Schemas is a ListResponse without nulls', async () => {
    const { status, body } = await scim(endpoint, 'GET', '/Schemas');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schemas: [`${messageUrn}ListResponse`],
      totalResults: body.Resources.length,
    });
    expect(body.Resources.map(({ id }: { id: string }) => id)).toContain(`${coreUrn}User`);
    expect(JSON.stringify(body)).not.toContain('null');
  });
});

describe('a tenant with the profile strict', () => {
  test.each([
    ['a boolean in a string', { schemas: [`${coreUrn}User`], userName: 's', active: 'True' }, 'invalidValue'],
    ['a foreign schema', { schemas: [`${coreUrn}User`, 'urn:x:y'], userName: 's' }, 'invalidSyntax'],
  ])('is refused %s', async (_, body, scimType) => {
    const tenant = await endpoint.createTenant({ name: 'strict', profile: 'strict' });
    expectError(await scim(tenant, 'POST', '/Users', body), { status: 400, scimType });
  });

  test('is refused a filter value without quotes', async () => {
    const tenant = await endpoint.createTenant({ name: 'strict', profile: 'strict' });
    const answer = await scim(tenant, 'GET', '/Users?filter=externalId%20eq%20jyoung');
    expectError(answer, { status: 400, scimType: 'invalidFilter' });
  });
});

/** One tenant and the resources that a row has created in it. */
class Play {
  readonly #tenant: TenantAccess;
  readonly #ids = new Map<string, string>();

  constructor(tenant: TenantAccess) {
    this.#tenant = tenant;
    this.#ids.set('base', tenant.tenantUrl);
  }

  async create(name: string): Promise<void> {
    const start = given[name];
    if (!start) throw new Error(`given.json holds no ${name}`);
    const { status } = await this.send({ method: 'POST', ...start, as: name });
    expect(status).toBe(201);
  }

  async send({ method, path, body, as }: Request): Promise<Answer> {
    const answer = await scim(this.#tenant, method, encodeURI(this.#fill(path)), this.#fill(body));
    const id = isJsonObject(answer.body) ? answer.body.id : undefined;
    if (as !== undefined && answer.status === 201 && typeof id === 'string') this.#ids.set(as, id);
    return answer;
  }

  async read({ path, status = 200, ...expected }: NonNullable<Row['then']>[number]): Promise<void> {
    const answer = await this.send({ method: 'GET', path });
    expect(answer).toMatchObject({ status });
    await this.check(answer, { ...expected, status });
  }

  async metaOf(path: string): Promise<JsonValue | undefined> {
    const { body } = await this.send({ method: 'GET', path });
    return isJsonObject(body) ? body.meta : undefined;
  }

  async check(answer: Answer, row: Expected & Pick<Row, 'status' | 'scimType'>): Promise<void> {
    if (row.status >= 400) return expectError(answer, row);
    if (row.status === 204) expect(answer.body ?? '').toBe('');
    else expect(answer.headers.get('content-type')).toBe('application/scim+json');
    if (row.answer) expect(stripped(answer.body)).toEqual(this.#fill(row.answer));
    if (row.list) this.#checkList(answer, row.list, row);
    if (row.groups) expect(valuesOf(answer.body, 'groups')).toEqual(this.#fill(row.groups));
    if (row.is) await this.#checkResource(answer, row.is);
  }

  #checkList({ body }: Answer, names: readonly string[], { total, listed }: Expected): void {
    const resources = isJsonObject(body) && isJsonArray(body.Resources) ? body.Resources : [];
    const ids = resources.map((resource) => isJsonObject(resource) && resource.id);
    expect(ids.toSorted()).toEqual(names.map((name) => this.#ids.get(name)).toSorted());
    expect(body).toMatchObject({
      schemas: [`${messageUrn}ListResponse`],
      totalResults: total ?? names.length,
      itemsPerPage: names.length,
    });
    if (listed) expect(resources.map(stripped)).toEqual(this.#fill(listed));
  }

  /** The answer and what is read back afterwards are the same resource. */
  async #checkResource(answer: Answer, expected: JsonObject): Promise<void> {
    const body = isJsonObject(answer.body) ? answer.body : {};
    const meta = isJsonObject(body.meta) ? body.meta : {};
    const location = `${this.#ids.get('base')}/${meta.resourceType}s/${body.id}`;
    expect(meta.location).toBe(location);
    if (answer.status === 201) expect(answer.headers.get('location')).toBe(location);

    const is = this.#fill(expected);
    const extensions = Object.keys(is).filter((name) => name.startsWith('urn:'));
    const whole = { schemas: [`${coreUrn}${meta.resourceType}`, ...extensions], id: body.id, ...is };
    expect(comparable(body)).toEqual(whole);
    const back = await this.send({ method: 'GET', path: location.slice(this.#ids.get('base')?.length) });
    expect(back.body).toEqual(body);
  }

  #fill<T>(value: T): T {
    if (value === undefined) return value;
    const text = JSON.stringify(value).replace(/\{(\w+)\}/g, (whole, name) => this.#ids.get(name) ?? whole);
    return JSON.parse(text);
  }
}

function expectError(
  { body, headers }: Answer,
  { status, scimType }: Pick<Row, 'status' | 'scimType'>,
): void {
  expect(headers.get('content-type')).toBe('application/scim+json');
  expect(body).toEqual({
    schemas: [`${messageUrn}Error`],
    status: String(status),
    detail: expect.stringMatching(/./),
    ...(scimType && { scimType }),
  });
}

/** A resource without what the server alone decides; members by their ids, in order. */
function comparable(resource: JsonValue): JsonValue {
  if (!isJsonObject(resource)) return resource;
  const { meta: _, ...rest } = resource;
  const members = valuesOf(resource, 'members').map((value) => ({ value }));
  return { ...rest, ...(members.length > 0 && { members }) };
}

function stripped(resource: JsonValue): JsonValue {
  const { meta: _, schemas: __, ...rest } = isJsonObject(resource) ? resource : {};
  return rest;
}

function valuesOf(resource: JsonValue, name: string): readonly JsonValue[] {
  const elements = isJsonObject(resource) ? (resource[name] ?? []) : [];
  const values = isJsonArray(elements)
    ? elements.flatMap((element) => (isJsonObject(element) ? [element.value] : []))
    : [];
  return values.filter((value) => value !== undefined).toSorted();
}

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/entra/${name}.json`, import.meta.url), 'utf8'));
}
