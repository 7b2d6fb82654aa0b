import { type Given, text } from '../command.ts';
import type { Session } from '../session.ts';
import { parseSince } from '../terminal/times.ts';

const beginning = (flags: string, what: string): Given<string> =>
  text(flags, `only those whose ${what} begins so; case does not count`);

const displayName = beginning('--display-name <text>', 'display name');
const externalId = text('--external-id <id>', 'only those to which the client gave this id');
const changedSince = text('--changed-since <time>', 'only those that have changed since, such as 2h');

/** The options that select people. The API takes one of them at a time. */
export const peopleOptions = {
  userName: beginning('--user-name <text>', 'userName'),
  email: beginning('--email <text>', 'primary e-mail address'),
  familyName: beginning('--family-name <text>', 'family name'),
  displayName,
  externalId,
};
export const userOptions = { ...peopleOptions, changedSince };
export const groupOptions = { displayName, externalId, changedSince };

/** The parameters of a list, with the time as the API takes it. Lists are read in the largest pages. */
export function listQuery(
  { now }: Session,
  { changedSince: since, ...query }: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return { ...query, changedSince: parseSince(since, now(), '--changed-since'), limit: '1000' };
}
