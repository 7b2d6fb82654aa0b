import { beforeAll, expect } from 'vitest';
import { type Client, clientOf } from '../api/client.ts';
import type { Answer, TenantAccess } from '../support/endpoint.ts';
import { linesOf } from '../support/log-lines.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Profile, profiles } from './profiles.ts';

/** The profiles that tolerate what their clients send. */
export const tolerant = profiles.filter((profile) => profile !== 'rfc' && profile !== 'interop');
export const bare: readonly Profile[] = ['rfc', 'interop'];

/** A tenant and its client. */
export interface Party extends Client {
  readonly profile: string;
  readonly tenantId: string;
  readonly access: TenantAccess;
}

export interface Parties {
  endpoint(): SharedEndpoint;
  /** The tenant of a profile, which all tests of a file share. */
  of(profile: Profile): Promise<Party>;
  /** A tenant of its own. */
  withPolicy(policy: { readonly endpoint?: object; readonly [section: string]: unknown }): Promise<Party>;
  /** Runs the same test with the tenant of each profile. */
  each(among: readonly Profile[], run: (party: Party) => Promise<void>): Promise<void>;
  /** Names of the quirks that the log has for a request. */
  quirksOf(answer: Answer): Promise<readonly string[]>;
}

let tenants = 0;

/** Takes the shared endpoint for a file of tests. */
export function openParties(): Parties {
  let running: SharedEndpoint | undefined;
  const byProfile = new Map<Profile, Promise<Party>>();
  beforeAll(async () => {
    running = await shareEndpoint();
  });
  const endpoint = () => {
    if (!running) throw new Error('The endpoint runs only during tests');
    return running;
  };
  const withPolicy: Parties['withPolicy'] = async (policy) => {
    tenants += 1;
    const { tenantId, ...access } = await endpoint().createTenant({ name: `Tenant ${tenants}`, policy });
    const profile = String((policy.endpoint as { profile?: string } | undefined)?.profile ?? 'generic');
    return { ...clientOf(access), access, tenantId, profile };
  };
  const of: Parties['of'] = (profile) => {
    const party = byProfile.get(profile) ?? withPolicy({ endpoint: { profile } });
    byProfile.set(profile, party);
    return party;
  };
  return {
    endpoint,
    withPolicy,
    of,
    async each(among, run) {
      await Promise.all(among.map(async (profile) => run(await of(profile))));
    },
    async quirksOf({ headers }) {
      const line = () =>
        linesOf(endpoint().output()).find(
          ({ event, requestId }) => event === 'request' && requestId === headers.get('request-id'),
        );
      await expect.poll(line, { interval: 5 }).toBeDefined();
      return Object.keys(line()?.quirks ?? {});
    },
  };
}

/** One failed expectation names the profile and the answer. */
export function told({ profile }: Party, { status, body }: Answer): string {
  return `${profile}: ${status} ${JSON.stringify(body)}`;
}

/** Expects success. */
export function expectDone(party: Party, answer: Answer): void {
  expect([200, 201, 204], told(party, answer)).toContain(answer.status);
}

/** A request and its expected refusal: a status, or the scimType of status 400. */
export type Refusal = readonly [send: () => Promise<Answer>, error?: number | string];

/** Expects refusals, after all of which the resource is as it was. */
export async function expectRefused(
  party: Party,
  path: string,
  refusals: readonly Refusal[],
): Promise<readonly Answer[]> {
  const before = await party.get(path);
  const answers: Answer[] = [];
  for (const [send, error = 400] of refusals) {
    const answer = await send();
    const about = `refusal ${answers.length + 1} of ${told(party, answer)}`;
    if (typeof error === 'number') expect(answer.status, about).toBe(error);
    else expect([answer.status, answer.body?.scimType], about).toEqual([400, error]);
    expect(answer.body?.detail, about).toEqual(expect.stringMatching(/\w+ \w+/));
    answers.push(answer);
  }
  expect((await party.get(path)).body, party.profile).toEqual(before.body);
  return answers;
}

const people = new WeakMap<Party, Promise<readonly string[]>>();

/** The ids of two users that all tests of a file share, in order. */
export function peopleOf(party: Party): Promise<readonly string[]> {
  const made =
    people.get(party) ??
    Promise.all([party.user(fresh('u')), party.user(fresh('u'))]).then((users) =>
      users.map(({ id }) => id).toSorted(),
    );
  people.set(party, made);
  return made;
}

/** The ids of the members that an answer shows, in order. */
export function membersIn({ body }: Answer): readonly string[] {
  return (body.members ?? []).map(({ value }: { value: string }) => value).toSorted();
}

let names = 0;

/** A name that nothing else has. */
export function fresh(word = 'n'): string {
  names += 1;
  return `${word}${names}`;
}
