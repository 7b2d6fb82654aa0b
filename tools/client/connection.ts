import { readFileSync } from 'node:fs';
import { UsageError } from '../read-options.ts';

/** An endpoint and its secret token. */
export interface Connection {
  readonly tenantUrl: string;
  readonly token: string;
}

interface Given {
  readonly 'tenant-url'?: string | undefined;
  readonly 'token-file'?: string;
  readonly connection?: string;
}

/** Takes the connection from the options or from the connection file; throws a UsageError that says what is missing. */
export function readConnection(given: Given): Connection {
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

/** Throws a UsageError for a token on the command line, without repeating it. */
export function refuseToken(args: readonly string[]): void {
  if (!args.some((arg) => /^--token(=|$)/.test(arg))) return;
  throw new UsageError(
    '--token is not allowed: others can see a command line, and the shell keeps it. Name a file with ' +
      '--token-file FILE, or use - for the standard input. If you typed a token here, replace it.',
  );
}

/** Reads the tenant URL; throws a UsageError if it is not one. */
export function parseTenantUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new UsageError(`The tenant URL must be an absolute http or https URL, not "${value}".`);
}
