import { expect } from 'vitest';
import type { Answer, Endpoint } from '../support/endpoint.ts';
import type { Source } from './entra.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Body = any;

/** The product's own side of a tenant, by the management API. */
export interface Local {
  readonly tenantId: string;
  /** Calls the API below the tenant. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The same, where all goes well. */
  done(method: string, path: string, body?: unknown): Promise<Body>;
  accounts(): Promise<readonly Body[]>;
  /** The account of a person, as it is now. */
  account(person: Source): Promise<Body>;
  /** Edits the account of a person by hand. */
  edit(person: Source, edit: object): Promise<Answer>;
  /** Makes an account by hand. */
  makeAccount(account: object): Promise<Body>;
  /** The names of the teams. */
  teams(): Promise<readonly string[]>;
  /** The e-mail addresses of the members of the team of this name, in alphabetical order. */
  membersOf(team: string): Promise<readonly string[]>;
}

export function localOf({ manage }: Pick<Endpoint, 'manage'>, tenantId: string): Local {
  const call: Local['call'] = (method, path, body) =>
    manage(method, `/manage/tenants/${tenantId}${path}`, body);
  const done: Local['done'] = async (method, path, body) => {
    const answer = await call(method, path, body);
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  };
  const accounts = async () => (await done('GET', '/accounts')).accounts;
  const account: Local['account'] = async ({ id }) =>
    (await accounts()).find(({ user }: Body) => user !== undefined && user === id);
  const teams = async (): Promise<readonly Body[]> => (await done('GET', '/teams')).teams;
  return {
    tenantId,
    call,
    done,
    accounts,
    account,
    edit: async (source, edit) => call('PATCH', `/accounts/${(await account(source))?.id}`, edit),
    makeAccount: (made) => done('POST', '/accounts', made),
    teams: async () => (await teams()).map(({ name }) => name),
    async membersOf(team) {
      const found = (await teams()).find(({ name }) => name === team);
      expect(found, `there is a team ${team}`).toBeDefined();
      const { members } = await done('GET', `/teams/${found.id}/members`);
      return members.map(({ attributes }: Body) => attributes.email).toSorted();
    },
  };
}
