#!/usr/bin/env node
// The command in package.json's `bin`. It starts in half the time when bundled.
import { buildMuster, orExit } from './build.mjs';
import { prepare } from './install.mjs';

// npm runs its scripts in the folder of package.json, but files are named from where the command was typed.
const { npm_lifecycle_event: script, INIT_CWD: typedIn } = process.env;
if (script === 'muster' && typedIn !== undefined) process.chdir(typedIn);

prepare();
await orExit(buildMuster);
await import('../dist/muster/main.js');
