import { prepare } from './install.mjs';

/** Installs what is missing, then imports a TypeScript module of this folder. */
export async function importTypeScript(name) {
  prepare();
  const { tsImport } = await import('tsx/esm/api');
  return tsImport(name, import.meta.url);
}
