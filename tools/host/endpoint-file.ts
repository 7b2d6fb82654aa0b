import { join } from 'node:path';
import { readJson, writeJson } from './json-file.ts';

/** Data about the endpoint whose data is in a folder, other than the values for clients. */
export interface EndpointFile {
  /** The address on this machine where it listens; its public address may differ. */
  readonly baseUrl: string;
  /** The id of the tenant that `npm start` created. */
  readonly tenant: string;
}

/** Reads endpoint.json; undefined if it does not exist or is not valid. */
export async function readEndpointFile(data: string): Promise<EndpointFile | undefined> {
  const file = await readJson(join(data, 'endpoint.json'));
  const { baseUrl, tenant } = file ?? {};
  const isComplete = typeof baseUrl === 'string' && typeof tenant === 'string' && URL.canParse(baseUrl);
  return isComplete ? { baseUrl, tenant } : undefined;
}

/** Writes endpoint.json so that only its owner can read it. */
export function writeEndpointFile(data: string, { baseUrl, tenant }: EndpointFile): Promise<void> {
  return writeJson(join(data, 'endpoint.json'), { baseUrl, tenant });
}
