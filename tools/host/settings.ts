import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StartOptions } from './options.ts';
import { StartError } from './start-error.ts';

/** The value of MUSTER_DATA for a store that forgets. */
export const inMemory = ':memory:';

const defaultData = '.muster';

/** Where the data is kept and what the app finds in its environment. */
export interface Settings {
  /** An absolute folder, or `:memory:`. */
  readonly data: string;
  env(baseUrl: string): Readonly<Record<string, string | undefined>>;
}

/**
 * Gathers the app's settings: the command line first, then the environment, then local.settings.json, as the
 * Functions tools do.
 */
export async function readSettings(root: string, { data, memory }: StartOptions): Promise<Settings> {
  if (data === '') throw new StartError('--data needs the name of a folder, and what follows it is empty.');
  const file = await readLocalSettings(join(root, 'local.settings.json'));
  const ofEnvironment = process.env.MUSTER_DATA || file.MUSTER_DATA || defaultData;
  const folder = memory ? inMemory : data === undefined ? ofEnvironment : resolve(data);
  const absolute = folder === inMemory ? inMemory : resolve(root, folder);
  return {
    data: absolute,
    env: (baseUrl) => ({
      MUSTER_LOG: 'warning',
      PUBLIC_BASE_URL: baseUrl,
      ...(absolute !== inMemory && { MAIL_FOLDER: join(absolute, 'mail') }),
      ...withoutLoopback(file),
      ...process.env,
      MUSTER_DATA: absolute,
    }),
  };
}

// A public address of this machine is where the host listens, whatever port the file was written for.
function withoutLoopback({
  PUBLIC_BASE_URL: url,
  ...others
}: Record<string, string>): Record<string, string> {
  if (url === undefined || /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/.test(url)) return others;
  return { ...others, PUBLIC_BASE_URL: url };
}

async function readLocalSettings(path: string): Promise<Record<string, string>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return {};
  }
  try {
    const { Values = {} } = JSON.parse(text);
    return Object.fromEntries(Object.entries(Values).map(([name, value]) => [name, String(value)]));
  } catch {
    throw new StartError('local.settings.json is not JSON: compare it with local.settings.sample.json.');
  }
}
