import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './install.mjs';

/** Imports a TypeScript module, given by its path from the root, into this process. */
export async function importTypeScript(path) {
  const { register } = await import('tsx/esm/api');
  register();
  return import(pathToFileURL(resolve(root, path)).href);
}
