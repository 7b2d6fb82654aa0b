import { chmodSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Lets nobody but their owner read the data files of a folder, which hold hashes and server secrets. A process that
 * does not own them leaves them as they are.
 */
export function keepToOwner(folder: string): void {
  for (const file of ['data.mdb', 'lock.mdb']) {
    try {
      chmodSync(join(folder, file), 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    }
  }
}
