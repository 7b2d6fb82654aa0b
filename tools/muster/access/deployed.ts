import { homedir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { Access } from './access.ts';
import { isOfThisMachine, parseBaseUrl } from './base-url.ts';
import { entraToken } from './entra-token.ts';
import { findKey, type KeySources } from './function-key.ts';

const keyOfApp = 'use the function key of the app, which az functionapp keys list shows';
const keyOfFolder =
  'use the key in the file functionKey of its data folder, or name that folder with --data DIR';

/** Reaches a deployed endpoint with its function key. */
export async function keyAccess(address: Address, sources: KeySources): Promise<Access> {
  const baseUrl = parseBaseUrl(address.text, address.source);
  const header = ['x-functions-key', await findKey(sources)] as const;
  return {
    baseUrl,
    root: '/manage',
    credential: async () => header,
    renew: () => false,
    advice: isOfThisMachine(baseUrl) ? keyOfFolder : keyOfApp,
    stateFolder: stateFolder(sources.environment),
  };
}

/** Reaches a deployed endpoint with a token of the user who is signed in to the Azure CLI. */
export function entraAccess(
  address: Address,
  caller: Pick<KeySources, 'environment'> & { signal: AbortSignal },
): Access {
  const { environment } = caller;
  const baseUrl = parseBaseUrl(address.text, address.source);
  const resource = requireResource(environment.MUSTER_ENTRA_RESOURCE);
  let token: Promise<string> | undefined;
  return {
    baseUrl,
    root: '/operate',
    async credential() {
      token ??= entraToken(resource, caller);
      return ['authorization', `Bearer ${await token}`];
    },
    renew() {
      token = undefined;
      return true;
    },
    advice: 'sign in with az login as a user with the role Muster.Manage',
    stateFolder: stateFolder(environment),
  };
}

/** An address, and the option or setting that gave it. */
export interface Address {
  readonly text: string;
  readonly source: string;
}

function requireResource(resource: string | undefined): string {
  if (resource !== undefined && /^[\w:/.-]{1,200}$/.test(resource)) return resource;
  throw new CommandError(
    'usage',
    '--entra needs the application that protects the endpoint: set MUSTER_ENTRA_RESOURCE, such as api://muster.',
  );
}

function stateFolder({
  XDG_STATE_HOME: state,
  LOCALAPPDATA: local,
}: Readonly<Record<string, string | undefined>>): string {
  const folder = state || (process.platform === 'win32' && local) || join(homedir(), '.local', 'state');
  return join(folder, 'muster');
}
