import { type ClientProfile, clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import { parseOptions, UsageError, wholeNumber } from '../read-options.ts';
import { type ClientName, clientNames } from './clients.ts';
import { type Connection, parseTenantUrl, readConnection, refuseToken } from './connection.ts';
import type { PlayOptions } from './play.ts';

/** The options of the command; `connection` is undefined for a tenant that the command makes. */
export interface Options extends Omit<PlayOptions, keyof Connection> {
  readonly connection: Connection | undefined;
  /** The profile of the tenant that the command makes, if it is not the client's own. */
  readonly profile: ClientProfile | undefined;
  readonly json: boolean;
}

export const usage = `npm run client -- CLIENT [options]

Acts as the provisioning client of an identity provider against a SCIM service, and checks every answer as that client
would. CLIENT is okta, onelogin, jumpcloud, google, authentik, keycloak or entra. Without an endpoint, the command
starts Muster in memory, with a tenant that has the client's profile.

  --tenant-url URL   the endpoint; --url is the same
  --token-file FILE  file with its secret token, or - for the standard input
  --connection PATH  takes both from the connection file that npm start writes
  --profile NAME     profile of the tenant in memory (default: the client's own)
  --users N          users in the client's directory (default 10)
  --groups N         groups in the client's directory (default 2)
  --no-groups        plays no groups; without it, the command looks if the service has groups
  --seed N           determines names and choices (default 1)
  --clean            deletes what the run created, also after a failure; first it deletes what an interrupted run
                     with the same seed has left
  --timeout SECONDS  longest wait for an answer (default 60)
  --json             prints the result as JSON

The exit code is 0 if all answers were right. The report has no tokens and no values of users.

Examples:
  npm run client -- okta
  npm run client -- okta --profile entra
  npm run client -- jumpcloud --users 50 --groups 5 --clean --url https://scim.example.com/v2 --token-file token`;

const text = { type: 'string' } as const;

const options = {
  'tenant-url': text,
  url: text,
  'token-file': text,
  connection: text,
  profile: text,
  users: text,
  groups: text,
  'no-groups': { type: 'boolean' },
  seed: text,
  clean: { type: 'boolean' },
  timeout: text,
  json: { type: 'boolean' },
} as const;

/** Reads the command line; throws a UsageError if it or the connection file is wrong. */
export function readOptions(args: readonly string[]): Options {
  refuseToken(args);
  const { values, words } = parseOptions({ usage, options, takesWords: true }, args);
  const groups = wholeNumber('--groups', values.groups ?? '2', 0);
  const connection = readGiven({ ...values, 'tenant-url': values['tenant-url'] ?? values.url });
  return {
    client: readClient(words),
    connection,
    profile: readProfile(values.profile, connection),
    users: wholeNumber('--users', values.users ?? '10', 1),
    groups: values['no-groups'] ? 0 : groups,
    seed: wholeNumber('--seed', values.seed ?? '1', 0),
    clean: values.clean ?? false,
    timeoutMs: wholeNumber('--timeout', values.timeout ?? '60', 1) * 1_000,
    json: values.json ?? false,
  };
}

function readClient([name, ...others]: readonly string[]): ClientName {
  const client = clientNames.find((known) => known === name);
  if (client !== undefined && others.length === 0) return client;
  const wrong = name === undefined ? 'none was named' : `not "${[name, ...others].join(' ')}"`;
  throw new UsageError(`Name one client of ${clientNames.join(', ')}: ${wrong}.`);
}

function readGiven(given: Parameters<typeof readConnection>[0]): Connection | undefined {
  if (
    given['tenant-url'] === undefined &&
    given['token-file'] === undefined &&
    given.connection === undefined
  )
    return undefined;
  const { tenantUrl, token } = readConnection(given);
  const url = parseTenantUrl(tenantUrl);
  return { tenantUrl: (url.origin + url.pathname).replace(/\/+$/, ''), token };
}

function readProfile(
  name: string | undefined,
  connection: Connection | undefined,
): ClientProfile | undefined {
  if (name === undefined) return undefined;
  if (connection)
    throw new UsageError('--profile is only for the tenant in memory: name no endpoint with it.');
  const profile = clientProfiles.find((known) => known === name);
  if (profile !== undefined) return profile;
  throw new UsageError(`--profile must be one of ${clientProfiles.join(', ')}, not "${name}".`);
}
