import { buildOrExit } from './build.mjs';
import { prepare } from './install.mjs';
import { importTypeScript } from './typescript.mjs';

prepare();
await buildOrExit();
await importTypeScript('tools/host/main.ts');
