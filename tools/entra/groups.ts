import { isArray, isObject, type JsonObject } from '../client/json.ts';
import type { Seen } from '../client/requests.ts';
import { createGroupBody, patchBody } from './bodies.ts';
import { type Group, membersOf, type Present } from './model.ts';
import { expectReference } from './references.ts';
import type { Run } from './run.ts';
import type { Flavour } from './shapes.ts';

/** Expects the group's name and externalId to match the model, and then updates the model. */
function expectGroup(group: Group, seen: Seen): void {
  for (const name of ['displayName', 'externalId'] as const) {
    const got = seen.resource[name];
    if (got !== group[name]) seen.verdict.differs(`${name} ${JSON.stringify(group[name])}`, got);
    if (typeof got === 'string') group[name] = got;
  }
}

/** Reads a group with its members and expects exactly the members in the model. */
export async function readGroup(run: Run, group: Present<Group>): Promise<void> {
  const seen = await run.requests.retrieve('GET /Groups/{id}', { type: 'Group', id: group.id });
  if (!seen) return;
  expectGroup(group, seen);
  const got = memberIds(seen);
  const [missing, extra] = [minus(group.members, got), minus(got, group.members)];
  if (missing.length > 0 || extra.length > 0) {
    seen.verdict.deviate(
      `${group.members.size} members`,
      `${got.length} members: ${missing.length} missing${example(missing)}, ${extra.length} too many${example(extra)}`,
    );
  }
  if (new Set(got).size !== got.length) seen.verdict.deviate('each member once', 'repeated members');
  group.members = new Set(got);
}

/** Returns the values of `members` in an answer. */
function memberIds(seen: Seen): readonly string[] {
  const { members } = seen.resource;
  if (!isArray(members)) return [];
  return members.map((member) => String(isObject(member) ? member.value : member));
}

function minus(all: Iterable<string>, without: Iterable<string>): readonly string[] {
  const known = new Set(without);
  return [...all].filter((id) => !known.has(id));
}

const example = ([first]: readonly string[]): string => (first === undefined ? '' : ` (such as ${first})`);

type GroupKey = 'displayName' | 'externalId';

/** Queries groups by this value, without their members; undefined if the answer is not a list. */
async function queryGroups(
  run: Run,
  name: GroupKey,
  value: string,
): Promise<readonly JsonObject[] | undefined> {
  const listed = await run.requests.query(`GET /Groups?filter=${name} eq`, 'Group', {
    excludedAttributes: 'members',
    filter: `${name} eq ${JSON.stringify(value)}`,
  });
  for (const resource of listed?.resources ?? []) {
    if ('members' in resource) listed?.verdict.differs('no members, as they are excluded', resource.members);
    if (String(resource[name]).toLowerCase() !== value.toLowerCase()) {
      listed?.verdict.differs(`a group whose ${name} is ${JSON.stringify(value)}`, resource[name] ?? null);
    }
  }
  if (listed && listed.resources.length > 1) {
    listed.verdict.deviate('at most one group', `${listed.resources.length} groups`);
  }
  return listed?.resources;
}

/** Expects that the query by name returns this group, or none. */
export async function expectGroupMatch(run: Run, displayName: string, id: string | undefined): Promise<void> {
  const kind = 'GET /Groups?filter=displayName eq';
  const filter = `displayName eq ${JSON.stringify(displayName)}`;
  const listed = await run.requests.query(kind, 'Group', { excludedAttributes: 'members', filter });
  const got = listed?.resources.map((resource) => resource.id ?? null);
  const expected = id === undefined ? [] : [id];
  if (listed && JSON.stringify(got) !== JSON.stringify(expected)) {
    listed.verdict.differs(`the groups ${JSON.stringify(expected)}`, got ?? null);
  }
}

/** Matches a group by name and then by externalId; creates it empty, or reads it and sends the differences. */
export async function provisionGroup(run: Run, group: Group): Promise<void> {
  const found = await matchGroups(run, group);
  if (!found) return;
  const [match] = found;
  if (!match) return createGroup(run, group);
  if (typeof match.id !== 'string') return;
  await adoptGroup(run, Object.assign(group, { id: match.id }));
}

async function matchGroups(run: Run, { source }: Group): Promise<readonly JsonObject[] | undefined> {
  const byName = await queryGroups(run, 'displayName', source.displayName);
  return byName?.length === 0 ? queryGroups(run, 'externalId', source.externalId) : byName;
}

async function createGroup(run: Run, group: Group): Promise<void> {
  const find = async () => {
    const [match] = (await matchGroups(run, group)) ?? [];
    if (typeof match?.id !== 'string') return undefined;
    return run.requests.retrieve('GET /Groups/{id}', { type: 'Group', id: match.id });
  };
  const body = createGroupBody(group);
  const seen = await run.requests.create({ kind: 'POST /Groups', type: 'Group', body, find });
  Object.assign(group, group.source, { members: new Set() });
  group.id = seen?.id;
  if (!seen) return;
  run.directory.created.add(seen.id);
  expectGroup(group, seen);
}

async function adoptGroup(run: Run, group: Present<Group>): Promise<void> {
  const known = { type: 'Group', id: group.id, excludedAttributes: 'members' } as const;
  const seen = await run.requests.retrieve('GET /Groups/{id}?excludedAttributes=members', known);
  const whole = await run.requests.retrieve('GET /Groups/{id}', { type: 'Group', id: group.id });
  if (!seen || !whole) return;
  if ('members' in seen.resource) {
    seen.verdict.differs('no members, as they are excluded', seen.resource.members);
  }
  group.members = new Set(memberIds(whole));
  const changed = (['displayName', 'externalId'] as const).filter(
    (name) => seen.resource[name] !== group.source[name],
  );
  for (const name of changed) await setGroupAttribute(run, group, { name, value: group.source[name] });
}

/** Changes the group's name or externalId in the flavour's shape. */
export async function setGroupAttribute(
  run: Run,
  group: Present<Group>,
  change: { name: GroupKey; value: string },
): Promise<void> {
  const { name, value } = change;
  const operations = run.flavour.setAttributes([{ path: name, value, present: true }]);
  const done = await modifyGroup(run, group, { kind: `PATCH group: ${name}`, operations });
  if (done) group[name] = value;
}

async function modifyGroup(
  run: Run,
  group: Present<Group>,
  patch: { kind: string; operations: readonly JsonObject[] },
): Promise<boolean> {
  const body = patchBody(patch.operations, run.random('patch group', group.index, patch.kind));
  const known = { type: 'Group', id: group.id } as const;
  return (await run.requests.modify(patch.kind, known, body)).done;
}

export async function addMembers(
  run: Run,
  group: Present<Group>,
  change: { ids: readonly string[]; flavour?: Flavour },
): Promise<void> {
  const operations = (change.flavour ?? run.flavour).addMembers(change.ids);
  const done = await modifyGroup(run, group, { kind: 'PATCH group: add members', operations });
  if (done) for (const id of change.ids) group.members.add(id);
}

/** Removes members, and then queries one that was removed and one that was not. */
export async function removeMembers(run: Run, group: Present<Group>, ids: readonly string[]): Promise<void> {
  const operations = run.flavour.removeMembers(ids);
  const done = await modifyGroup(run, group, { kind: 'PATCH group: remove members', operations });
  if (!done) return;
  for (const id of ids) group.members.delete(id);
  const [gone] = ids;
  const [kept] = membersOf(run.directory, group);
  if (gone !== undefined) await expectReference(run, { type: 'Group', id: group.id, value: gone }, false);
  if (kept) await expectReference(run, { type: 'Group', id: group.id, value: kept.id }, true);
}
