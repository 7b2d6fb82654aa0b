import { isArray, type JsonObject } from '../client/json.ts';
import { existing, judge, type Model } from './model.ts';
import { stateOf, type UserState } from './resources.ts';
import { findOne, read, type Session, stateAt } from './session.ts';

const pageSize = 200;

/** Reads some of a client's own resources, which nobody else changes: by id, by filters and in a list. */
export async function readBack(session: Session): Promise<void> {
  const { model, random, findings } = session;
  const [path, { userName }] = random.pick(existing<UserState>(model, '/Users/'));
  const found = await findOne(session, '/Users', `userName eq ${JSON.stringify(userName.toUpperCase())}`);
  judge({ model, path, findings }, found && stateOf(found));
  const [any] = random.shuffle([...model.keys()]);
  if (any !== undefined) judge({ model, path: any, findings }, await stateAt(session, any));
  const filter = random.pick(['title sw "Title 1"', 'nickName pr and not (title co "7")', 'userName co "1"']);
  await read(session, `/Users?count=20&filter=${encodeURIComponent(filter)}&sortBy=userName`);
}

/** Lists all resources of a tenant as their states, by path. */
export async function readAll(session: Pick<Session, 'send' | 'findings'>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const collection of ['/Users', '/Groups']) {
    let seen = 0;
    for (let total = Number.POSITIVE_INFINITY; seen < total; ) {
      const { body } = await read(session, `${collection}?count=${pageSize}&startIndex=${seen + 1}`);
      const { Resources: page, totalResults } = body as JsonObject;
      if (!isArray(page) || page.length === 0) {
        if (seen !== totalResults)
          session.findings.wrong.push(`${collection}: ${seen} of ${totalResults} are listed`);
        break;
      }
      for (const resource of page as readonly JsonObject[]) {
        found.set(`${collection}/${resource.id}`, stateOf(resource));
      }
      seen += page.length;
      total = Number(totalResults);
    }
  }
  return found;
}

/** Joins the models of several clients. */
export function joined(models: readonly Model[]): Model {
  return new Map(models.flatMap((model) => [...model]));
}
