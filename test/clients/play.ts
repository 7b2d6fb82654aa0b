import { expect } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../lib/scim/json.ts';
import { type Answer, type Endpoint, scim, type TenantAccess } from '../support/endpoint.ts';

/** One request; `{name}` in its strings is the id of the resource of that name, `{base}` the tenant URL. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonValue;
  /** The name by which later requests mean the resource that this one creates. */
  readonly as?: string;
}

export interface Expected {
  /** The whole resource in the answer or, if that has no body, read then; without `meta`, `id` and `schemas`. */
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

export interface Row extends Expected {
  readonly name: string;
  readonly before?: readonly Request[];
  readonly request: Request;
  readonly status: number;
  readonly scimType?: string;
  /** What reads find afterwards; without `status` they answer 200. */
  readonly reads?: readonly (Expected & { readonly path: string; readonly status?: number })[];
  /** A resource whose version and time of change must not have moved. */
  readonly unchanged?: string;
}

const coreUrn = 'urn:ietf:params:scim:schemas:core:2.0:';
const messageUrn = 'urn:ietf:params:scim:api:messages:2.0:';

/** Plays a row in a tenant of its own and checks the answer and what reads find afterwards. */
export async function playRow(
  endpoint: Pick<Endpoint, 'createTenant'>,
  profile: string,
  row: Row,
): Promise<void> {
  const play = new Play(await endpoint.createTenant({ name: row.name.slice(0, 60), profile }));
  for (const request of row.before ?? []) expect((await play.send(request)).status).toBeLessThan(300);

  const version = row.unchanged && (await play.metaOf(row.unchanged));
  const answer = await play.send({ as: 'created', ...row.request });
  expect(answer).toMatchObject({ status: row.status });
  await play.check(answer, row.status === 204 ? { ...row, is: undefined } : row);
  if (row.status === 204 && row.is) await play.read({ path: row.request.path, is: row.is });
  for (const read of row.reads ?? []) await play.read(read);
  if (row.unchanged) expect(await play.metaOf(row.unchanged)).toEqual(version);
}

/** One tenant and the resources that a row has created in it. */
class Play {
  readonly #tenant: TenantAccess;
  readonly #ids = new Map<string, string>();

  constructor(tenant: TenantAccess) {
    this.#tenant = tenant;
    this.#ids.set('base', tenant.tenantUrl);
  }

  async send({ method, path, body, as }: Request): Promise<Answer> {
    const answer = await scim(this.#tenant, method, encodeURI(this.#fill(path)), this.#fill(body));
    const id = isJsonObject(answer.body) ? answer.body.id : undefined;
    if (as !== undefined && answer.status === 201 && typeof id === 'string') this.#ids.set(as, id);
    return answer;
  }

  async read({ path, status = 200, ...expected }: NonNullable<Row['reads']>[number]): Promise<void> {
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

/** Expects an error body, whole (RFC 7644 3.12). */
export function expectError(
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
