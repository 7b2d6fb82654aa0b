import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJson } from '../host/json-file.ts';
import type { Standing } from './login-conversion.ts';

/** A file with the progress of a conversion, so that another process can continue it. */
export interface PlaceFile {
  /** Yields undefined if there is no progress. */
  read(): Promise<Standing | undefined>;
  keep(standing: Standing): Promise<void>;
  remove(): Promise<void>;
}

/** Keeps the progress of a tenant's conversion in a folder. */
export function placeFile(folder: string, tenantId: string): PlaceFile {
  const path = join(folder, `convert-logins-${encodeURIComponent(tenantId)}.json`);
  return {
    read: async () => readStanding((await readJson(path)) ?? {}),
    async keep(standing) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeJson(path, standing);
    },
    remove: () => rm(path, { force: true }),
  };
}

function readStanding({ converted, unchanged, clashes, after, to }: Partial<Standing>): Standing | undefined {
  const isWhole = typeof converted === 'number' && typeof unchanged === 'number' && Array.isArray(clashes);
  // Version 0.2.0 converted to e-mail addresses only, and kept no target.
  return isWhole && typeof after === 'string'
    ? { converted, unchanged, clashes, after, to: to ?? 'email' }
    : undefined;
}
