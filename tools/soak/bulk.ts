import { isArray, isObject, type Json, type JsonObject } from '../client/json.ts';
import { enter, existing } from './model.ts';
import { idOf, patchBody, type UserState, userBody, userText, withoutUser } from './resources.ts';
import { attempt, isCreation, isDone, refuse, type Session, settle, type Write } from './session.ts';

const creates = 3;

/** Sends a bulk request that creates users, modifies one and deletes another. */
export async function bulk(session: Session): Promise<void> {
  const writes = [...Array.from({ length: creates }, () => creation(session)), ...changes(session)];
  const answer = await attempt(session, { method: 'POST', path: '/Bulk', body: bodyOf(writes) });
  if (answer && answer.status !== 200) refuse(session, { method: 'POST', path: '/Bulk' }, answer);
  const body = isObject(answer?.body) ? answer.body : {};
  const results = isArray(body.Operations) ? body.Operations : [];
  for (const [index, sent] of writes.entries()) await take(session, sent, results[index]);
}

function creation(session: Session): Write {
  const user = { userName: session.newName() };
  const effects = { state: userText(user), filter: `userName eq ${JSON.stringify(user.userName)}` };
  return { method: 'POST', path: '/Users', body: userBody(user), effects };
}

function changes({ model, random }: Session): readonly Write[] {
  const [one, other] = random.shuffle(existing<UserState>(model, '/Users/'));
  if (!one || !other) return [];
  const [path, user] = one;
  const title = `Bulk ${random.below(1_000_000)}`;
  const body = patchBody({ op: 'replace', path: 'title', value: title });
  return [
    { method: 'PATCH', path, body, effects: new Map([[path, userText({ ...user, title })]]) },
    { method: 'DELETE', path: other[0], effects: withoutUser(model, other[0]) },
  ];
}

function bodyOf(writes: readonly Write[]): JsonObject {
  const Operations = writes.map(({ method, path, body }, index) => ({
    method,
    path,
    ...(method === 'POST' && { bulkId: `b${index}` }),
    ...(body && { data: body }),
  }));
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations };
}

/** Enters the effects of one operation; if it has no result, or is to be repeated, looks for them. */
async function take(session: Session, sent: Write, result: Json | undefined): Promise<void> {
  const { method, path, effects } = sent;
  const { status, location } = isObject(result) ? result : {};
  if (isDone(effects, Number(status))) {
    session.tally.written += 1;
    const created = `${path}/${idOf(String(location))}`;
    enter(session.model, isCreation(effects) ? new Map([[created, effects.state]]) : effects);
    return;
  }
  if (status === undefined || status === '429' || status === '503') session.tally.unanswered += 1;
  else
    refuse(
      session,
      { method, path: `${path} in bulk` },
      { status: Number(status), text: JSON.stringify(result) },
    );
  await settle(session, path, effects);
}
