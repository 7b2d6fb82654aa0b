import { createHash } from 'node:crypto';
import type { Container, Document, DocumentStore } from '../../lib/store/document-store.ts';

/** Lists the contradictions in a tenant's directory; empty if it is consistent. */
export async function contradictionsOf(store: DocumentStore, tenantId: string): Promise<readonly string[]> {
  const all = (container: Container, kind: string) => documents(store, { container, kind, tenantId });
  const users = await all('users', 'user');
  const groups = await all('groups', 'group');
  const holders = [...(await all('users', 'unique')), ...(await all('groups', 'unique'))];
  return [
    ...uniqueFaults(users, { holders, attribute: 'userName', kind: 'user' }),
    ...uniqueFaults(groups, { holders, attribute: 'displayName', kind: 'group' }),
    ...countFaults('users', users, await all('users', 'count-user')),
    ...countFaults('groups', groups, await all('groups', 'count-group')),
    ...memberFaults({ users, groups, members: await all('groups', 'member') }),
  ];
}

async function documents(
  store: DocumentStore,
  source: { container: Container; kind: string; tenantId: string },
): Promise<readonly Document[]> {
  const page = await store.query({ ...source, limit: 1_000_000 });
  return page.documents.map(({ document }) => document);
}

function uniqueFaults(
  resources: readonly Document[],
  { holders, attribute, kind }: { holders: readonly Document[]; attribute: string; kind: string },
): readonly string[] {
  const prefix = `unique:${kind}:${attribute}:`;
  const held = new Map(holders.filter(({ id }) => id.startsWith(prefix)).map(({ id, owner }) => [id, owner]));
  const faults = resources.flatMap(({ id, search }) => {
    const value = String((search as Record<string, unknown>)[attribute]);
    const holder = prefix + createHash('sha256').update(value).digest('base64url');
    const owner = held.get(holder);
    held.delete(holder);
    return owner === id ? [] : [`${kind} ${id}: "${value}" is held by ${owner}`];
  });
  return [
    ...faults,
    ...[...held].map(([id, owner]) => `${id} is held by ${owner}, which does not have the value`),
  ];
}

function countFaults(
  name: string,
  resources: readonly Document[],
  counts: readonly Document[],
): readonly string[] {
  const total = counts.reduce((sum, count) => sum + Number(count.total), 0);
  return total === resources.length ? [] : [`${resources.length} ${name}, counted as ${total}`];
}

function memberFaults({
  users,
  groups,
  members,
}: Record<'users' | 'groups' | 'members', readonly Document[]>): readonly string[] {
  const ids = { User: new Set(users.map(({ id }) => id)), Group: new Set(groups.map(({ id }) => id)) };
  const sizes = new Map<unknown, number>();
  for (const { group } of members) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return [
    ...members.flatMap(({ id, group, user, type }) => {
      const isWhole = ids.Group.has(String(group)) && ids[type as 'User' | 'Group'].has(String(user));
      return isWhole ? [] : [`the membership ${id} of type ${type} names a resource that does not exist`];
    }),
    ...groups.flatMap(({ id, memberCount = 0, intent }) => [
      ...(memberCount === (sizes.get(id) ?? 0)
        ? []
        : [`group ${id} counts ${memberCount} members but has ${sizes.get(id) ?? 0}`]),
      ...(intent === undefined ? [] : [`group ${id} still has an intent`]),
    ]),
  ];
}
