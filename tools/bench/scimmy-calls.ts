import SCIMMY from 'scimmy';
import { type Calls, splitPath } from './calls.ts';
import type { ScimRequest } from './client.ts';
import { sampleUser } from './sample-user.ts';
import { declareUsers } from './scimmy-directory.ts';

/** Calls SCIMMY's resources as its routers do. */
export async function scimmyCalls(users: number): Promise<Calls> {
  declareUsers();
  const ids: string[] = [];
  for (let index = 0; index < users; index += 1) {
    const { id } = await new SCIMMY.Resources.User().write(sampleUser(index));
    ids.push(String(id));
  }
  return { ids, call: async (request) => JSON.stringify(await answer(request)) };
}

function answer({ method, path, body = '{}' }: ScimRequest): Promise<unknown> {
  const { id, query } = splitPath(path);
  const resource = id === undefined ? userQuery(query) : new SCIMMY.Resources.User(id);
  switch (method) {
    case 'GET':
      return resource.read();
    case 'POST':
      return resource.write(JSON.parse(body));
    case 'PATCH':
      return resource.patch(JSON.parse(body));
    case 'DELETE':
      return resource.dispose();
  }
}

function userQuery(query: URLSearchParams) {
  const filter = query.get('filter');
  const count = query.get('count');
  return new SCIMMY.Resources.User(undefined, {
    ...(filter !== null && { filter }),
    ...(count !== null && { startIndex: 1, count: Number(count) }),
  });
}
