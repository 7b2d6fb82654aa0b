import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './install.mjs';

prepare();
// A pipe such as "| head" may end before the tool has printed everything.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});
const [, , file, ...args] = process.argv;
if (!file) {
  console.error('Name the TypeScript file to run: node tools/run.mjs FILE.ts [arguments]');
  process.exit(1);
}
// The tool finds its arguments as if Node ran it directly, and it receives signals.
process.argv = [process.argv[0], file, ...args];
const { register } = await import('tsx/esm/api');
register();
await import(pathToFileURL(resolve(root, file)).href);
