import { chmod, constants, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../host/start-error.ts';

/** Creates local.settings.json from the sample if an app's folder has none; returns true if it did. */
export async function provideLocalSettings(app: string): Promise<boolean> {
  try {
    const to = join(app, 'local.settings.json');
    await copyFile(join(app, 'local.settings.sample.json'), to, constants.COPYFILE_EXCL);
    // People add keys to it.
    await chmod(to, 0o600);
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new StartError(
      `local.settings.json cannot be created from local.settings.sample.json (${message}): write it yourself.`,
    );
  }
}
