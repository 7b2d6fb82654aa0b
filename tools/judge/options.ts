import { type ClientProfile, clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import { parseOptions, UsageError } from '../read-options.ts';
import { type Group, groupsOfJudges } from './judges.ts';

export const usage = `npm run judge -- [NAME …] [options]

Starts the endpoint and has it tested by judges. Without a name, all of them run. NAME is one or more of these:

  test-suites        scim2-tester, scim-sanity, scimverify and microsoft: test suites for SCIM servers
  client-libraries   scim2-client, scim-sdk-client and scim2-sdk-client: libraries that are driven through users
                     and groups
  or the name of one judge

  --profile NAME     profile of the tenants that they test (default generic)
  --scimverify PATH  folder of the package scimverify (default: from npm)
  --write            writes the part of docs/reference/judges.md about each group that ran; it needs whole groups

The exit code is 1 if a check failed for which tools/judge/justified.ts has no reason.

Example:
  npm run judge -- microsoft scim2-client --profile entra`;

const options = {
  profile: { type: 'string', default: 'generic' },
  scimverify: { type: 'string' },
  write: { type: 'boolean', default: false },
} as const;

/** The options of the command. */
export interface Options {
  /** The groups of which a judge was chosen, each with its chosen judges only. */
  readonly chosen: readonly Group[];
  readonly profile: ClientProfile;
  readonly write: boolean;
}

/** Reads the command line; throws a UsageError if it is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values, words } = parseOptions({ usage, options, takesWords: true }, args);
  const { scimverify, write } = values;
  const profile = clientProfiles.find((known) => known === values.profile);
  if (profile === undefined)
    throw new UsageError(`--profile must be one of ${clientProfiles.join(', ')}, not "${values.profile}".`);
  const groups = groupsOfJudges(scimverify);
  const names = groups.flatMap(({ name, judges }) => [name, ...judges.map((judge) => judge.name)]);
  const unknown = words.find((word) => !names.includes(word));
  if (unknown !== undefined) {
    throw new UsageError(`There is no judge ${unknown}: name one or more of ${names.join(', ')}.`);
  }
  const chosen = words.length === 0 ? groups : choose(groups, words);
  const left = write ? groups.flatMap((group) => leftOut(group, chosen)) : [];
  if (left.length > 0) {
    throw new UsageError(`--write needs the verdicts of whole groups: name also ${left.join(', ')}.`);
  }
  return { chosen, profile, write };
}

function choose(groups: readonly Group[], words: readonly string[]): readonly Group[] {
  return groups
    .map(({ name, judges }) => ({
      name,
      judges: words.includes(name) ? judges : judges.filter((judge) => words.includes(judge.name)),
    }))
    .filter(({ judges }) => judges.length > 0);
}

/** The judges of a group that were not chosen, if others of it were. */
function leftOut({ name, judges }: Group, chosen: readonly Group[]): readonly string[] {
  const inGroup = chosen.find((group) => group.name === name)?.judges;
  const missing = judges.filter((judge) => inGroup && !inGroup.includes(judge));
  return missing.map((judge) => judge.name);
}
