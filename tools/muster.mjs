#!/usr/bin/env node
// The command of package.json's `bin`, as `npm run muster` starts it.
process.argv.splice(2, 0, 'tools/muster/main.ts');
await import('./run.mjs');
