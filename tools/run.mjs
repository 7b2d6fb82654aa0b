import { prepare } from './install.mjs';
import { importTypeScript } from './typescript.mjs';

prepare();
const [, , file, ...args] = process.argv;
if (!file) {
  console.error('Name the TypeScript file to run: node tools/run.mjs FILE.ts [arguments]');
  process.exit(1);
}
// The tool finds its arguments where it would find them if Node ran it directly.
process.argv = [process.argv[0], file, ...args];
await importTypeScript(file);
