import type { Answer, ScimRequest } from './connect.ts';
import { isArray, isObject, type Json, type JsonObject, urns } from './json.ts';
import type { Recorder } from './recorder.ts';

/** The check of one answer; it records every finding as a deviation. */
export interface Verdict {
  readonly answer: Answer;
  readonly rigour: Rigour;
  /** Records a description of the actual answer. */
  deviate(expected: string, got: string): void;
  /** Records the actual value. */
  differs(expected: string, got: Json | undefined): void;
}

/**
 * The parts of an answer that a client checks. `whole` also checks the media type, `meta`, `Location` and the body of
 * an error; `used` checks only what most clients use: the status, the body, its `schemas` and the `id`.
 */
export type Rigour = 'whole' | 'used';

/** The recorder of the deviations, and the parts that are checked. */
export interface Judgement {
  readonly recorder: Recorder;
  readonly rigour: Rigour;
}

export function judge(request: ScimRequest, answer: Answer, { recorder, rigour }: Judgement): Verdict {
  const deviate = (expected: string, got: string): void =>
    recorder.deviate({ kind: request.kind, request: describe(request), expected, got });
  return { answer, rigour, deviate, differs: (expected, got) => deviate(expected, show(got)) };
}

/** Writes a request on one line, with a shortened body. */
function describe({ method, path, body }: ScimRequest): string {
  const line = `${method} ${decodeURIComponent(path)}`;
  return body ? `${line} ${shorten(JSON.stringify(body.Operations ?? body), 200)}` : line;
}

function show(value: Json | undefined): string {
  return value === undefined ? 'nothing' : shorten(JSON.stringify(value), 160);
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** Expects one of the statuses, and no body with 204; returns true if the status is one of them. */
export function expectStatus(verdict: Verdict, statuses: readonly number[]): boolean {
  const { status, text } = verdict.answer;
  if (!statuses.includes(status)) {
    verdict.deviate(`status ${statuses.join(' or ')}`, `${status} ${shorten(text, 120)}`.trim());
    return false;
  }
  if (status === 204 && text !== '') verdict.differs('no body with 204', text);
  return true;
}

/** Expects a JSON object, with the SCIM media type if the whole answer is checked. */
export function expectObject(verdict: Verdict): JsonObject | undefined {
  const { contentType, body, text } = verdict.answer;
  if (verdict.rigour === 'whole' && !/^application\/scim\+json\s*(;|$)/i.test(contentType)) {
    verdict.differs('content type application/scim+json', contentType);
  }
  if (isObject(body)) return body;
  verdict.differs('a JSON object as body', text);
  return undefined;
}

/** Expects this status and, if the whole answer is checked, a SCIM error with the status as a string. */
export function expectError(verdict: Verdict, status: number): void {
  if (!expectStatus(verdict, [status]) || verdict.rigour === 'used') return;
  const error = expectObject(verdict);
  if (!error) return;
  expectSchema(verdict, error, urns.error);
  if (error.status !== String(status)) verdict.differs(`status "${status}" in the error`, error.status);
}

/** Expects a ListResponse with numeric counts; returns its resources. */
export function expectList(verdict: Verdict): readonly JsonObject[] | undefined {
  const list = expectStatus(verdict, [200]) ? expectObject(verdict) : undefined;
  if (!list) return undefined;
  expectSchema(verdict, list, urns.listResponse);
  for (const name of ['totalResults', 'startIndex', 'itemsPerPage']) {
    if (typeof list[name] !== 'number') verdict.differs(`${name} as a number`, list[name]);
  }
  const resources = list.Resources;
  if (isArray(resources) && resources.every(isObject)) return resources;
  verdict.differs('Resources as an array of objects', resources);
  return undefined;
}

/** Expects the complete answer to a filter: as many results as resources. */
export function expectWholeList(verdict: Verdict): readonly JsonObject[] | undefined {
  const resources = expectList(verdict);
  const total = isObject(verdict.answer.body) ? verdict.answer.body.totalResults : undefined;
  if (resources && total !== resources.length) {
    verdict.differs(`totalResults ${resources.length}, as there are Resources`, total);
  }
  return resources;
}

export interface Identity {
  readonly type: 'User' | 'Group';
  /** The known id; undefined if the resource is new. */
  readonly id: string | undefined;
}

/** Expects the schemas and a stable id of a resource, and its meta if the whole is checked; returns its id. */
export function expectIdentity(
  verdict: Verdict,
  resource: JsonObject,
  identity: Identity,
): string | undefined {
  const { type, id: known } = identity;
  const { id, meta } = resource;
  expectSchema(verdict, resource, type === 'User' ? urns.user : urns.group);
  if (urns.enterprise in resource) expectSchema(verdict, resource, urns.enterprise);
  if (typeof id !== 'string' || id === '') {
    verdict.differs('an id', id);
    return undefined;
  }
  if (known !== undefined && id !== known) verdict.differs(`the stable id ${JSON.stringify(known)}`, id);
  if (verdict.rigour === 'used') return id;
  if (!isObject(meta)) verdict.differs('meta', meta);
  else expectMeta(verdict, meta, { type, id });
  return id;
}

function expectMeta(verdict: Verdict, meta: JsonObject, known: { type: string; id: string }): void {
  if (meta.resourceType !== known.type) verdict.differs(`meta.resourceType ${known.type}`, meta.resourceType);
  for (const name of ['created', 'lastModified']) {
    const value = meta[name];
    if (typeof value !== 'string' || Number.isNaN(Date.parse(value)))
      verdict.differs(`meta.${name} as a date`, value);
  }
  expectLocation(verdict, meta.location, { ...known, name: 'meta.location' });
}

/** Expects an absolute URL that ends with the resource's path. */
export function expectLocation(
  verdict: Verdict,
  location: Json | undefined,
  known: { name: string; type: string; id: string },
): void {
  const path = `/${known.type}s/${encodeURIComponent(known.id)}`;
  const isGood = typeof location === 'string' && URL.canParse(location) && location.endsWith(path);
  if (!isGood) verdict.differs(`${known.name} as an absolute URL ending with ${path}`, location);
}

function expectSchema(verdict: Verdict, message: JsonObject, urn: string): void {
  const { schemas } = message;
  if (!isArray(schemas) || !schemas.includes(urn)) verdict.differs(`${urn} in schemas`, schemas);
}
