import { fileURLToPath } from 'node:url';

/** The folder of package.json, from here and from dist/muster, where the command line is bundled. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
