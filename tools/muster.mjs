#!/usr/bin/env node
// The command in package.json's `bin`. It starts in half the time when bundled.
import { buildMuster, orExit } from './build.mjs';
import { prepare } from './install.mjs';

prepare();
await orExit(buildMuster);
await import('../dist/muster/main.js');
