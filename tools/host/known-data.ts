import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readEndpointFile } from './endpoint-file.ts';
import { StartError } from './start-error.ts';

/**
 * Throws a StartError if the database of a folder is empty or gone although endpoint.json names a tenant in it. A start
 * would create another tenant, and nobody would notice that the data is lost.
 */
export async function requireKnownData(data: string): Promise<void> {
  const [database, locks] = [join(data, 'data.mdb'), join(data, 'lock.mdb')];
  const isLost = existsSync(database) ? statSync(database).size === 0 : existsSync(locks);
  if (!isLost || !(await readEndpointFile(data))) return;
  throw new StartError(
    `${database} is empty or gone, although endpoint.json names a tenant in it: restore data.mdb from a copy, ` +
      'or remove endpoint.json to begin with an empty database.',
  );
}
