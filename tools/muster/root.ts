import { fileURLToPath } from 'node:url';

/** The folder of package.json, seen from this folder and from dist/muster, which holds the bundle. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
