import type { ClientProfile } from '../../lib/scim/quirks/quirk.ts';
import type { Person, Team } from './model.ts';
import type { Requests } from './requests.ts';
import type { Phase } from './steps.ts';

/** The context of every phase of a client. */
export interface Run {
  readonly requests: Requests;
  readonly people: readonly Person[];
  /** Empty for a service without groups. */
  readonly teams: readonly Team[];
  readonly seed: number;
}

/** A client of an identity provider, as far as its requests are known. */
export interface Client {
  /** Such as `Okta`. */
  readonly title: string;
  /** The profile of a tenant for it. */
  readonly profile: ClientProfile;
  /** The public sources of its requests. */
  readonly sources: string;
  /** A sentence about the parts of it that are not known. The report says it aloud. */
  readonly caution?: string;
  readonly userAgent?: string;
  /** True if no request about groups is known. */
  readonly withoutGroups?: boolean;
  /** The test of the connection; if it fails, the client sends nothing else. */
  readonly connection: Phase<Run>;
  /** All that follows, in order. */
  readonly phases: readonly Phase<Run>[];
}

/** Makes a phase with one step. */
export function once(title: string, step: (run: Run) => Promise<void>): Phase<Run> {
  return { title, steps: (run) => [() => step(run)] };
}

/** Makes a phase with a step for each user. */
export function eachUser(title: string, step: (run: Run, user: Person) => Promise<void>): Phase<Run> {
  return { title, steps: (run) => run.people.map((user) => () => step(run, user)) };
}

/** Makes a phase with a step for each group. A service without groups gets none. */
export function eachGroup(title: string, step: (run: Run, group: Team) => Promise<void>): Phase<Run> {
  return { title, steps: (run) => run.teams.map((group) => () => step(run, group)) };
}
