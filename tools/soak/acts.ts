import { bulk } from './bulk.ts';
import { existing } from './model.ts';
import { readBack } from './reads.ts';
import {
  type GroupState,
  groupBody,
  groupText,
  idOf,
  patchBody,
  type UserState,
  userBody,
  userText,
  withoutUser,
} from './resources.ts';
import { type Session, write } from './session.ts';

/** One or more requests of a client. */
export type Act = (session: Session) => Promise<void>;

const usersMin = 6;
const groupsMax = 4;

/** Chooses what a client does next. */
export async function act(session: Session): Promise<void> {
  const users = existing(session.model, '/Users/').length;
  const groups = existing(session.model, '/Groups/').length;
  const choices: readonly Act[] = [
    ...(users < session.usersMax ? [createUser, bulk, bulk] : []),
    ...(users > usersMin ? [deleteUser, modifyUser, modifyUser, replaceUser] : []),
    ...(groups < groupsMax ? [createGroup] : [deleteGroup]),
    ...(groups > 0 ? [changeMembers, changeMembers, replaceGroup] : []),
    ...(users > 0 ? [readBack, readBack, readBack] : []),
  ];
  await session.random.pick(choices)(session);
}

const quoted = (value: string) => JSON.stringify(value);

async function createUser(session: Session): Promise<void> {
  const state = { userName: session.newName(), title: `Title ${session.random.below(1_000)}` };
  await write(session, {
    method: 'POST',
    path: '/Users',
    body: userBody(state),
    effects: { state: userText(state), filter: `userName eq ${quoted(state.userName)}` },
  });
}

async function modifyUser(session: Session): Promise<void> {
  const [path, user] = session.random.pick(existing<UserState>(session.model, '/Users/'));
  const title = `Title ${session.random.below(1_000_000)}`;
  const body = patchBody({ op: 'replace', path: 'title', value: title });
  const effects = new Map([[path, userText({ ...user, title })]]);
  await write(session, { method: 'PATCH', path, body, effects });
}

/** Replaces a user, with a new userName in half of the cases. */
async function replaceUser(session: Session): Promise<void> {
  const [path, { userName }] = session.random.pick(existing<UserState>(session.model, '/Users/'));
  const after = {
    userName: session.random.chance(0.5) ? session.newName() : userName,
    nickName: `Nick ${session.random.below(1_000_000)}`,
  };
  const effects = new Map([[path, userText(after)]]);
  await write(session, { method: 'PUT', path, body: userBody(after), effects });
}

async function deleteUser(session: Session): Promise<void> {
  const [path] = session.random.pick(existing<UserState>(session.model, '/Users/'));
  await write(session, { method: 'DELETE', path, effects: withoutUser(session.model, path) });
}

/** Some of the client's users, by their ids. */
function someUsers({ model, random }: Session): readonly string[] {
  const ids = existing(model, '/Users/').map(([path]) => idOf(path));
  return random.shuffle(ids).slice(0, random.below(ids.length + 1));
}

async function createGroup(session: Session): Promise<void> {
  const state = { displayName: session.newName(), members: someUsers(session) };
  await write(session, {
    method: 'POST',
    path: '/Groups',
    body: groupBody(state),
    effects: { state: groupText(state), filter: `displayName eq ${quoted(state.displayName)}` },
  });
}

async function changeMembers(session: Session): Promise<void> {
  const [path, group] = session.random.pick(existing<GroupState>(session.model, '/Groups/'));
  const ids = someUsers(session);
  if (ids.length === 0) return;
  const op = session.random.chance(0.5) ? 'add' : 'remove';
  const rest = group.members.filter((member) => !ids.includes(member));
  const members = op === 'add' ? [...rest, ...ids] : rest;
  const body = patchBody({ op, path: 'members', value: ids.map((value) => ({ value })) });
  const effects = new Map([[path, groupText({ ...group, members })]]);
  await write(session, { method: 'PATCH', path, body, effects });
}

async function replaceGroup(session: Session): Promise<void> {
  const [path] = session.random.pick(existing<GroupState>(session.model, '/Groups/'));
  const after = { displayName: session.newName(), members: someUsers(session) };
  const effects = new Map([[path, groupText(after)]]);
  await write(session, { method: 'PUT', path, body: groupBody(after), effects });
}

async function deleteGroup(session: Session): Promise<void> {
  const [path] = session.random.pick(existing<GroupState>(session.model, '/Groups/'));
  await write(session, { method: 'DELETE', path, effects: new Map([[path, undefined]]) });
}
