import { parseTenantUrl, readConnection, refuseToken } from '../client/connection.ts';
import { parseOptions, UsageError, wholeNumber } from '../read-options.ts';
import type { flavours } from './shapes.ts';

export interface Options {
  readonly users: number;
  readonly groups: number;
  readonly flag: keyof typeof flavours;
  /** The URL without a query and without a slash at the end. */
  readonly tenantUrl: string;
  readonly token: string;
  readonly seed: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly json: boolean;
  /** Deletes at the end what the run created. */
  readonly clean?: boolean;
}

export const usage = `npm run entra -- [options]

Acts as Entra ID's provisioning client against a running SCIM endpoint and checks every answer.

  --users N          users in the source directory (default 100)
  --groups N         groups in the source directory (default 5); 0 asks for no groups, for a tenant without them
  --flag NAME        aadOptscim062020: use the request shapes of this feature flag in the tenant URL
  --tenant-url URL   the endpoint (default: from the connection file)
  --token-file FILE  file with its secret token, or - for the standard input (default: from the connection file)
  --connection PATH  the connection file that npm start writes (default .muster/connection.json)
  --seed N           determines names and choices; the same seed uses the same users again (default 1)
  --concurrency N    number of objects to provision at the same time (default 8)
  --timeout SECONDS  longest wait for an answer (default 60)
  --clean            delete at the end the users and groups that this run created
  --json             print the result as JSON

Example:
  npm run entra -- --users 1000 --groups 20`;

const text = { type: 'string' } as const;

const options = {
  users: text,
  groups: text,
  flag: text,
  'tenant-url': text,
  'token-file': text,
  connection: text,
  seed: text,
  concurrency: text,
  timeout: text,
  clean: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Reads the command line; throws a UsageError if it or the connection file is wrong. */
export function readOptions(args: readonly string[]): Options {
  refuseToken(args);
  const { values } = parseOptions({ usage, options }, args);
  const { tenantUrl, token } = readConnection(values);
  const url = parseTenantUrl(tenantUrl);
  return {
    users: wholeNumber('--users', values.users ?? '100', 1),
    groups: wholeNumber('--groups', values.groups ?? '5', 0),
    flag: readFlag(values.flag ?? flagInUrl(url)),
    tenantUrl: (url.origin + url.pathname).replace(/\/+$/, ''),
    token,
    seed: wholeNumber('--seed', values.seed ?? '1', 0),
    concurrency: wholeNumber('--concurrency', values.concurrency ?? '8', 1),
    timeoutMs: wholeNumber('--timeout', values.timeout ?? '60', 1) * 1_000,
    json: values.json ?? false,
    clean: values.clean ?? false,
  };
}

function readFlag(flag: string): keyof typeof flavours {
  if (flag === 'default' || flag === 'aadOptscim062020') return flag;
  throw new UsageError(`--flag must be aadOptscim062020, not "${flag}".`);
}

function flagInUrl(url: URL): string {
  return url.searchParams.has('aadOptscim062020') ? 'aadOptscim062020' : 'default';
}
