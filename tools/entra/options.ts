import { readFileSync } from 'node:fs';
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

/** Throws a UsageError for a token on the command line, without repeating it. */
function refuseToken(args: readonly string[]): void {
  if (!args.some((arg) => /^--token(=|$)/.test(arg))) return;
  throw new UsageError(
    '--token is not allowed: others can see a command line, and the shell keeps it. Name a file with ' +
      '--token-file FILE, or use - for the standard input. If you typed a token here, replace it.',
  );
}

function readFlag(flag: string): keyof typeof flavours {
  if (flag === 'default' || flag === 'aadOptscim062020') return flag;
  throw new UsageError(`--flag must be aadOptscim062020, not "${flag}".`);
}

function flagInUrl(url: URL): string {
  return url.searchParams.has('aadOptscim062020') ? 'aadOptscim062020' : 'default';
}

function parseTenantUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new UsageError(`The tenant URL must be an absolute http or https URL, not "${value}".`);
}

interface Connection {
  readonly tenantUrl: string;
  readonly token: string;
}

interface Given {
  readonly 'tenant-url'?: string | undefined;
  readonly 'token-file'?: string;
  readonly connection?: string;
}

function readConnection(given: Given): Connection {
  const { 'tenant-url': tenantUrl, 'token-file': tokenFile } = given;
  const token = tokenFile === undefined ? undefined : readTokenFile(tokenFile);
  if (tenantUrl !== undefined && token !== undefined) return { tenantUrl, token };
  const file = readConnectionFile(given.connection ?? '.muster/connection.json');
  return { tenantUrl: tenantUrl ?? file.tenantUrl, token: token ?? file.token };
}

/** Reads the token from a file, or from the standard input for `-`. */
function readTokenFile(path: string): string {
  try {
    const token = readFileSync(path === '-' ? 0 : path, 'utf8').trim();
    if (/^[!-~]+$/.test(token)) return token;
  } catch {
    throw new UsageError(`Cannot read ${path}: name the file that has the token with --token-file FILE.`);
  }
  throw new UsageError(`--token-file ${path} is not a token: it must be one line without spaces.`);
}

function readConnectionFile(path: string): Connection {
  const content = readJson(path);
  if (typeof content === 'object' && content !== null && 'tenantUrl' in content && 'secretToken' in content) {
    const { tenantUrl, secretToken } = content;
    if (typeof tenantUrl === 'string' && typeof secretToken === 'string') {
      return { tenantUrl, token: secretToken };
    }
  }
  throw new UsageError(`${path} must contain a JSON object with "tenantUrl" and "secretToken".`);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${path} is not JSON.`);
    throw new UsageError(
      `Cannot read ${path}: start the endpoint with npm start, or give --tenant-url and --token-file.`,
    );
  }
}
