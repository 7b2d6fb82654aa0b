import type { Run } from './client.ts';
import { compare } from './compare.ts';
import { isObject, type Json, type JsonObject, urns } from './json.ts';
import { type Item, present } from './model.ts';
import type { Filter, Listed, ResourceType, Seen } from './requests.ts';

/** A change of a resource. */
export interface Change {
  /** The row of the report in which the request is counted. */
  readonly step: string;
  readonly body: JsonObject;
  /** The attributes that the change sets. */
  readonly sets: JsonObject;
}

/** Writes the body of a PATCH. */
export function patchOf(...operations: readonly JsonObject[]): JsonObject {
  return { schemas: [urns.patchOp], Operations: operations };
}

/** Writes the values of `members`. */
export function membersOf(users: readonly { readonly id: string }[]): readonly JsonObject[] {
  return users.map(({ id }) => ({ value: id }));
}

/** Reads /ServiceProviderConfig, which must be there. */
export async function readConfiguration({ requests }: Run): Promise<Json | undefined> {
  const path = '/ServiceProviderConfig';
  return (await requests.ask({ kind: `GET ${path}`, method: 'GET', path }, [200]))?.answer.body;
}

/** Creates a resource and expects it in the answer. */
export async function create(run: Run, item: Item, { step, body, sets }: Change): Promise<void> {
  const { type } = item;
  const find = () => findCreated(run, item, sets);
  const seen = await run.requests.create({ kind: step, type, body, find });
  item.id = seen?.id;
  if (seen) settle(item, seen, sets);
}

/** Looks for a resource whose creation got no final answer. */
async function findCreated(run: Run, { type }: Item, sets: JsonObject): Promise<Seen | undefined> {
  const name = type === 'User' ? 'userName' : 'displayName';
  const listed = await run.requests.find('Look again', type, { filter: equal(name, sets[name]) });
  const [resource] = listed?.resources ?? [];
  if (!listed || typeof resource?.id !== 'string') return undefined;
  return { verdict: listed.verdict, resource, id: resource.id };
}

/** Writes a comparison for a filter. */
export function equal(name: string, value: Json | undefined): string {
  return `${name} eq ${JSON.stringify(value)}`;
}

/** Expects that a query finds exactly the resources with these ids. */
export async function expectFound(
  run: Run,
  query: { readonly step: string; readonly type: ResourceType } & Filter,
  ids: readonly (string | undefined)[],
): Promise<void> {
  const { step, type, ...filter } = query;
  const listed = await run.requests.find(step, type, filter);
  const got = listed?.resources.map(({ id }) => id ?? null);
  if (!listed || JSON.stringify(got) === JSON.stringify(ids)) return;
  const wanted =
    ids.length === 0 ? `no ${type.toLowerCase()}` : `the ${type.toLowerCase()} with its id alone`;
  listed.verdict.deviate(wanted, ids.length === got?.length ? 'another one' : `${got?.length} of them`);
}

/** Modifies a resource and, if the answer has a body, expects the change in it. */
export async function modify(run: Run, item: Item, { step, body, sets }: Change): Promise<void> {
  if (item.id === undefined) return;
  const { done, seen } = await run.requests.modify(step, { type: item.type, id: item.id }, body);
  if (seen) settle(item, seen, sets);
  else if (done) item.expected = { ...item.expected, ...sets };
}

/** Replaces a resource and expects it in the answer. */
export async function replace(run: Run, item: Item, { step, body, sets }: Change): Promise<void> {
  if (item.id === undefined) return;
  const seen = await run.requests.replace(step, { type: item.type, id: item.id }, body);
  if (seen) settle(item, seen, sets);
}

/** Reads a resource and expects its attributes; returns it. */
export async function retrieve(run: Run, item: Item, step: string): Promise<JsonObject | undefined> {
  if (item.id === undefined) return undefined;
  const seen = await run.requests.retrieve(step, { type: item.type, id: item.id });
  if (seen) settle(item, seen, {});
  return seen?.resource;
}

/** Deletes a resource, and expects 404 when it is read afterwards. */
export async function remove(run: Run, item: Item, step: string): Promise<void> {
  const { type, id } = item;
  if (id === undefined || !(await run.requests.delete(step, { type, id }))) return;
  item.id = undefined;
  const path = `/${type}s/${encodeURIComponent(id)}`;
  await run.requests.refused({ kind: `${step}: read it again`, method: 'GET', path }, 404);
}

/** Compares a resource with the attributes that it should have, and reports each difference once. */
function settle(item: Item, { verdict, resource }: Seen, sets: JsonObject): void {
  const { held, differing } = compare({ ...item.expected, ...sets }, resource);
  for (const name of differing) {
    verdict.deviate(`${name} with the right value`, name in resource ? 'another value' : 'nothing');
  }
  item.expected = held;
}

const pageSize = 100;

/** Reads the resources of a type page by page. */
export async function listAll(
  { requests }: Pick<Run, 'requests'>,
  step: string,
  type: ResourceType,
): Promise<Listed> {
  const all: JsonObject[] = [];
  for (;;) {
    const window = { startIndex: all.length + 1, count: pageSize };
    const { verdict, resources } = await requests.page(step, type, window);
    all.push(...resources);
    const { body } = verdict.answer;
    const total = isObject(body) ? Number(body.totalResults) : 0;
    if (resources.length === 0 || !(all.length < total)) return { verdict, resources: all };
  }
}

/** Expects that the list of a type has each of these resources once. */
export async function expectListed(run: Run, step: string, items: readonly Item[]): Promise<void> {
  const [first] = items;
  if (!first) return;
  const { verdict, resources } = await listAll(run, step, first.type);
  for (const { id, type } of present(items)) {
    const times = resources.filter((listed) => listed.id === id).length;
    if (times !== 1) verdict.deviate(`each ${type.toLowerCase()} once in the list`, `one ${times} times`);
  }
}
