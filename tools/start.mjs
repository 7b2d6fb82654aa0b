import { buildOrExit } from './build.mjs';
import { prepare } from './install.mjs';

prepare();
await buildOrExit();
await import('../dist/host/main.js');
