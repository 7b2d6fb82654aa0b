import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StartOptions } from './options.ts';
import { StartError } from './start-error.ts';

/** The value of MUSTER_DATA for a store in memory. */
export const inMemory = ':memory:';

const defaultData = '.muster';

/** The place of the data, and the app's environment variables. */
export interface Settings {
  /** An absolute path, or `:memory:`. */
  readonly data: string;
  env(baseUrl: string): Readonly<Record<string, string | undefined>>;
}

/**
 * Collects the app's settings as the Functions tools do: from the command line, then the environment, then
 * local.settings.json.
 */
export async function readSettings(
  root: string,
  { data, memory }: Pick<StartOptions, 'data' | 'memory'>,
): Promise<Settings> {
  if (data === '') throw new StartError('--data needs the name of a folder, but it is empty.');
  const file = await readLocalSettings(join(root, 'local.settings.json'));
  const ofEnvironment = process.env.MUSTER_DATA || file.MUSTER_DATA || defaultData;
  const folder = memory ? inMemory : data === undefined ? ofEnvironment : resolve(data);
  const absolute = folder === inMemory ? inMemory : resolve(root, folder);
  return {
    data: absolute,
    env: (baseUrl) => ({
      ...(process.stdout.isTTY
        ? { MUSTER_LOG: 'information', MUSTER_LOG_FORM: 'text' }
        : { MUSTER_LOG: 'warning' }),
      PUBLIC_BASE_URL: baseUrl,
      ...(absolute !== inMemory && { MAIL_FOLDER: join(absolute, 'mail') }),
      ...withoutLoopback(file),
      ...process.env,
      MUSTER_DATA: absolute,
    }),
  };
}

// For a public address on this machine, the host's own port counts, not the one in the file.
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
