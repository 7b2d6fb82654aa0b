import type { Json, JsonObject } from '../client/json.ts';
import type { Seen } from '../client/requests.ts';
import { type Attributes, differences, flattenUser, primaryRole } from './attributes.ts';
import { createUserBody, patchBody } from './bodies.ts';
import type { Present, User } from './model.ts';
import type { Run } from './run.ts';
import type { Change, Flavour } from './shapes.ts';

/** Expects the user to match the model, and then updates the model, so that an error is reported only once. */
function expectUser(user: User, seen: Seen): void {
  const actual = flattenUser(seen.resource);
  for (const { path, expected, got } of differences(user.expected, actual)) {
    seen.verdict.differs(`${path} ${expected === undefined ? 'absent' : JSON.stringify(expected)}`, got);
  }
  user.expected = actual;
}

export type Match = 'unanswered' | 'none' | JsonObject;

/** Queries the user with this value, as Entra ID does to match it; more than one is a deviation. */
async function queryUser(run: Run, name: 'userName' | 'externalId', value: Json): Promise<Match> {
  const kind = `GET /Users?filter=${name} eq`;
  const listed = await run.requests.query(kind, 'User', { filter: `${name} eq ${JSON.stringify(value)}` });
  if (!listed) return 'unanswered';
  const [first, ...others] = listed.resources;
  if (!first) return 'none';
  if (others.length > 0) listed.verdict.deviate('at most one user', `${others.length + 1} users`);
  if (String(first[name]).toLowerCase() !== String(value).toLowerCase()) {
    listed.verdict.differs(`a user whose ${name} is ${JSON.stringify(value)}`, first[name] ?? null);
  }
  return first;
}

/** Expects that matching by this value finds exactly the user with this id, or none. */
export async function expectMatch(
  run: Run,
  query: { name: 'userName' | 'externalId'; value: Json },
  id: string | undefined,
): Promise<void> {
  const { name, value } = query;
  const kind = `GET /Users?filter=${name} eq`;
  const listed = await run.requests.query(kind, 'User', { filter: `${name} eq ${JSON.stringify(value)}` });
  const expected = id === undefined ? [] : [id];
  const got = listed?.resources.map((resource) => resource.id ?? null);
  if (listed && JSON.stringify(got) !== JSON.stringify(expected)) {
    listed.verdict.differs(`the users ${JSON.stringify(expected)}`, got ?? null);
  }
}

/** Matches a user and creates it, or reads it and sends the differences. */
export async function provisionUser(run: Run, user: User, flavour: Flavour): Promise<void> {
  const match = await matchUser(run, user);
  if (match === 'unanswered') return;
  if (match === 'none') return createUser(run, user);
  if (typeof match.id !== 'string') return;
  const found = Object.assign(user, { id: match.id });
  const seen = await run.requests.retrieve('GET /Users/{id}', { type: 'User', id: found.id });
  if (!seen) return;
  user.expected = flattenUser(seen.resource);
  await sendDifferences(run, found, flavour);
}

async function matchUser(run: Run, { source }: User): Promise<Match> {
  const byName = await queryUser(run, 'userName', source.get('userName') ?? null);
  return byName === 'none' ? queryUser(run, 'externalId', source.get('externalId') ?? null) : byName;
}

async function createUser(run: Run, user: User): Promise<void> {
  const find = async () => {
    const match = await matchUser(run, user);
    if (typeof match === 'string' || typeof match.id !== 'string') return undefined;
    return run.requests.retrieve('GET /Users/{id}', { type: 'User', id: match.id });
  };
  const body = createUserBody(user);
  const seen = await run.requests.create({ kind: 'POST /Users', type: 'User', body, find });
  user.expected = new Map(user.source);
  user.id = seen?.id;
  if (!seen) return;
  run.directory.created.add(seen.id);
  expectUser(user, seen);
}

async function sendDifferences(run: Run, user: Present<User>, flavour: Flavour): Promise<void> {
  const random = run.random('differences', user.index);
  const differing = [...user.source].filter(
    ([path, value]) => path !== `${primaryRole}.primary` && user.expected.get(path) !== value,
  );
  if (differing.length === 0) return;
  const active = differing.some(([path]) => path === 'active') ? flavour.setActive(true, random) : [];
  const changes = differing
    .filter(([path]) => path !== 'active')
    .map(([path, value]) => ({ path, value, present: user.expected.has(path) }));
  await modifyUser(run, user, {
    kind: 'PATCH user: differences',
    operations: [...flavour.setAttributes(changes), ...active],
    after: new Map([...user.expected, ...user.source]),
  });
}

export interface UserPatch {
  readonly kind: string;
  readonly operations: readonly JsonObject[];
  /** The user's attributes after the operations. */
  readonly after: Attributes;
}

/** Sends a PATCH of a user; updates the model only if the service reports success. */
export async function modifyUser(run: Run, user: Present<User>, patch: UserPatch): Promise<void> {
  const body = patchBody(patch.operations, run.random('patch', user.index, patch.kind));
  const { done, seen } = await run.requests.modify(patch.kind, { type: 'User', id: user.id }, body);
  if (done) user.expected = patch.after;
  if (seen) expectUser(user, seen);
}

/** Reads a user and expects it to match the model. */
export async function readUser(run: Run, user: Present<User>): Promise<void> {
  const seen = await run.requests.retrieve('GET /Users/{id}', { type: 'User', id: user.id });
  if (seen) expectUser(user, seen);
}

/** Disables or enables a user in the flavour's shape. */
export async function setActive(run: Run, user: Present<User>, active: boolean): Promise<void> {
  await modifyUser(run, user, {
    kind: active ? 'PATCH user: enable' : 'PATCH user: disable',
    operations: run.flavour.setActive(active, run.random('active', user.index, String(active))),
    after: new Map(user.expected).set('active', active),
  });
}

/** Converts new values to changes of the values in the service. */
export function changesOf(user: User, values: readonly (readonly [string, Json])[]): readonly Change[] {
  return values.map(([path, value]) => ({ path, value, present: user.expected.has(path) }));
}
