import { CommandError } from '../command-error.ts';
import type { Access, AccessOptions } from './access.ts';
import { type Address, entraAccess, keyAccess } from './deployed.ts';
import type { KeySources } from './function-key.ts';
import { localAccess } from './local.ts';

/** Finds the endpoint and its credential: from the command line, then the environment, then the local endpoint. */
export async function openAccess(
  { data, url, keyFile, entra = false }: AccessOptions,
  sources: Omit<KeySources, 'keyFile'> & { signal: AbortSignal },
): Promise<Access> {
  const address = data === undefined ? addressOf(url, sources.environment) : undefined;
  if (!address) {
    if (!entra && keyFile === undefined) return localAccess(data);
    throw new CommandError('usage', 'Name the deployed endpoint with --url URL, or set MUSTER_URL.');
  }
  return entra ? entraAccess(address, sources) : keyAccess(address, { ...sources, keyFile });
}

function addressOf(
  url: string | undefined,
  { MUSTER_URL: set }: KeySources['environment'],
): Address | undefined {
  if (url !== undefined) return { text: url, source: '--url' };
  return set === undefined || set === '' ? undefined : { text: set, source: 'MUSTER_URL' };
}
