#!/usr/bin/env node
// The command of package.json's `bin`; bundled, it starts in half the time.
import { buildMuster, orExit } from './build.mjs';
import { prepare } from './install.mjs';

prepare();
await orExit(buildMuster);
await import('../dist/muster/main.js');
