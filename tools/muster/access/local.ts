import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEndpointFile } from '../../host/endpoint-file.ts';
import { inMemory, readSettings } from '../../host/settings.ts';
import { CommandError } from '../command-error.ts';
import { root } from '../root.ts';
import type { Access } from './access.ts';
import { parseBaseUrl } from './base-url.ts';
import { requireKey } from './function-key.ts';

/** Reaches the endpoint that `npm start` runs with its data in a folder. */
export async function localAccess(given: string | undefined): Promise<Access> {
  const { data } = await readSettings(root, { data: given, memory: false });
  if (data === inMemory) {
    throw new CommandError('failed', 'MUSTER_DATA does not name a folder: name one with --data DIR.');
  }
  const endpoint = await readEndpointFile(data);
  const key = await readFile(join(data, 'functionKey'), 'utf8').catch(() => undefined);
  if (!endpoint || key === undefined) throw noEndpoint(data);
  const baseUrl = parseBaseUrl(endpoint.baseUrl, `The address in ${data}`);
  const header = ['x-functions-key', requireKey(key, join(data, 'functionKey'))] as const;
  return {
    baseUrl,
    root: '/manage',
    credential: async () => header,
    renew: () => false,
    advice: `the endpoint there does not have its data in ${data}: name its folder with --data DIR`,
    stateFolder: data,
  };
}

function noEndpoint(data: string): CommandError {
  return new CommandError(
    'failed',
    `No endpoint has its data in ${data}: start one with npm start, name its folder with --data DIR, ` +
      'or name a deployed one with --url URL.',
  );
}
