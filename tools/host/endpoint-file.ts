import { join } from 'node:path';
import { readJson, writeJson } from './json-file.ts';

/** What is known of the endpoint that has its data in a folder, beside what a client is told. */
export interface EndpointFile {
  /** Where it listens on this machine, whatever its public address is. */
  readonly baseUrl: string;
  /** The id of the tenant that `npm start` made. */
  readonly tenant: string;
}

/** Reads endpoint.json; undefined when there is none that can be read. */
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
