import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

/**
 * Throws a StartError if the database of a folder is empty or gone although the folder has files of an earlier start.
 * A start would create another tenant, and nobody would notice that the data is lost.
 */
export function requireKnownData(data: string): void {
  const database = join(data, 'data.mdb');
  if (existsSync(database) && statSync(database).size > 0) return;
  const earlier = ['endpoint.json', 'connection.json'].filter((name) => existsSync(join(data, name)));
  if (earlier.length === 0) return;
  const files = earlier.join(' and ');
  throw new StartError(
    `${database} is empty or gone, although the folder has ${files} of an earlier start: restore data.mdb from a ` +
      `copy, or remove ${files} to begin with an empty database.`,
  );
}
