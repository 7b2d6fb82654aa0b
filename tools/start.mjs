import { build, orExit } from './build.mjs';
import { prepare } from './install.mjs';

prepare();
await orExit(build);
await import('../dist/host/main.js');
