import type { Send } from './connect.ts';
import { isArray, isObject } from './json.ts';

/** Finds out why a service has no groups; undefined if it has them, or if nothing shows that it has none. */
export async function whyNoGroups(send: Send): Promise<string | undefined> {
  const kind = 'Look for groups';
  const groups = await send({ kind, method: 'GET', path: '/Groups?startIndex=1&count=1' });
  if ([404, 405, 501].includes(groups.status)) return `GET /Groups answers ${groups.status}`;
  const types = await send({ kind, method: 'GET', path: '/ResourceTypes' });
  const listed = isObject(types.body) ? types.body.Resources : types.body;
  if (types.status !== 200 || !isArray(listed) || listed.length === 0) return undefined;
  const hasGroups = listed.some((type) => isObject(type) && (type.id === 'Group' || type.name === 'Group'));
  return hasGroups ? undefined : 'GET /ResourceTypes lists no type Group';
}
