import { execFile } from 'node:child_process';
import { CommandError } from '../command-error.ts';

interface Caller {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Asks the Azure CLI for a token of the user who is signed in, for an application such as `api://muster`; rejects with
 * a CommandError. The token comes over a pipe, so it is on no command line.
 */
export async function entraToken(resource: string, caller: Caller): Promise<string> {
  const { accessToken } = await runAz(['account', 'get-access-token', '--resource', resource], caller);
  if (typeof accessToken === 'string' && /^[!-~]+$/.test(accessToken)) return accessToken;
  throw new CommandError(
    'failed',
    'The Azure CLI returned no token: run az account get-access-token yourself.',
  );
}

function runAz(
  args: readonly string[],
  { environment: env, signal }: Caller,
): Promise<{ accessToken?: unknown }> {
  // On Windows, az is a script that only a shell can run. The resource has no characters special to a shell.
  const options = { shell: process.platform === 'win32', env, signal, maxBuffer: 1_048_576 };
  return new Promise((resolve, reject) => {
    execFile('az', [...args, '--output', 'json'], options, (error, stdout, stderr) => {
      if (error) reject(explain(error, stderr));
      else resolve(parse(stdout));
    });
  });
}

function explain(error: Error, stderr: string): CommandError {
  const isAbsent = 'code' in error && error.code === 'ENOENT';
  const said = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  const reason = isAbsent
    ? 'The Azure CLI (az) is not installed: install it, or use a function key'
    : `The Azure CLI returned no token (${said.slice(0, 300)}): sign in with az login`;
  return new CommandError('failed', `${reason}.`, { cause: error });
}

function parse(text: string): { accessToken?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
