import { z } from 'zod';

const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .default('false')
  .transform((text) => text === 'true');

const settingsSchema = z.object({
  MUSTER_DATA: z
    .string({ error: 'is not set: name the folder of the embedded database, such as .muster' })
    .min(1, 'is empty: name the folder of the embedded database, such as .muster'),
  PUBLIC_BASE_URL: z
    .url({
      protocol: /^https?$/,
      error: 'must be the address that clients use, without a path, such as https://scim.example.com',
    })
    .transform((url) => url.replace(/\/+$/, '')),
  MUSTER_PACKS: z.string().min(1, 'is empty: name a folder of JSON files, or leave it out').optional(),
  MUSTER_COST_HEADER: flag,
  MUSTER_LOG: z
    .enum(['debug', 'information', 'warning'], { error: 'must be debug, information or warning' })
    .default('information'),
});

/** The settings of one deployment. */
export interface Config {
  /** The folder of the embedded database, or `:memory:`. */
  readonly dataFolder: string;
  /** `https://host`, without a path. */
  readonly publicBaseUrl: string;
  /** A folder with packs of the deployment's own. */
  readonly packsFolder: string | undefined;
  /** Whether responses tell what they cost. */
  readonly showCost: boolean;
  readonly logLevel: 'debug' | 'information' | 'warning';
}

/** Reads the settings from the environment; throws an Error whose message names every setting that is wrong. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const { success, data, error } = settingsSchema.safeParse(environment);
  if (!success) {
    const faults = error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new Error(`Cannot start with these settings: ${faults.join('; ')}`);
  }
  return Object.freeze({
    dataFolder: data.MUSTER_DATA,
    publicBaseUrl: data.PUBLIC_BASE_URL,
    packsFolder: data.MUSTER_PACKS,
    showCost: data.MUSTER_COST_HEADER,
    logLevel: data.MUSTER_LOG,
  });
}
