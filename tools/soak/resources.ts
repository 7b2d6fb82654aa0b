import { isArray, isObject, type JsonObject, urns } from '../client/json.ts';
import { type Effects, existing, type Model } from './model.ts';

/** The attributes of users that the clients write. */
export interface UserState {
  readonly userName: string;
  readonly title?: string;
  readonly nickName?: string;
}

/** The attributes of groups that the clients write; the members are ids in order. */
export interface GroupState {
  readonly displayName: string;
  readonly members: readonly string[];
}

/** Writes the state of a resource as text, from the attributes that the clients write. */
export function stateOf(resource: JsonObject): string {
  const { userName, title, nickName, displayName, members } = resource;
  if (userName !== undefined) return JSON.stringify({ userName, title, nickName });
  const values = isArray(members)
    ? members.map((member) => String(isObject(member) ? member.value : member))
    : [];
  return JSON.stringify({ displayName, members: values.sort() });
}

export function userText({ userName, title, nickName }: UserState): string {
  return JSON.stringify({ userName, title, nickName });
}

export function groupText({ displayName, members }: GroupState): string {
  return JSON.stringify({ displayName, members: members.toSorted() });
}

export function userBody({ userName, title, nickName }: UserState): JsonObject {
  return {
    schemas: [urns.user],
    userName,
    ...(title !== undefined && { title }),
    ...(nickName !== undefined && { nickName }),
  };
}

export function groupBody({ displayName, members }: GroupState): JsonObject {
  return { schemas: [urns.group], displayName, members: members.map((value) => ({ value })) };
}

export function patchBody(...operations: readonly JsonObject[]): JsonObject {
  return { schemas: [urns.patchOp], Operations: operations };
}

/** Returns the id at the end of a path. */
export function idOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The effects of deleting a user: no group has it as a member. */
export function withoutUser(model: Model, path: string): Effects {
  const id = idOf(path);
  const groups = existing<GroupState>(model, '/Groups/').filter(([, { members }]) => members.includes(id));
  return new Map([
    [path, undefined],
    ...groups.map(
      ([group, state]) =>
        [group, groupText({ ...state, members: state.members.filter((member) => member !== id) })] as const,
    ),
  ]);
}
