import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare, root } from './install.mjs';

const output = join(root, 'dist');

// esbuild leaves `require` calls of CommonJS packages in place; an ES module has no `require` of its own.
const banner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** Bundles functions/*.ts into dist/functions, shared code into dist/chunks; throws esbuild's error. */
export async function build() {
  const { build: bundle } = await import('esbuild');
  const functions = join(root, 'functions');
  const result = await bundle({
    absWorkingDir: root,
    entryPoints: readdirSync(functions)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(functions, name)),
    outdir: output,
    outbase: root,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['@azure/functions-core', 'lmdb'],
    banner: { js: banner },
    keepNames: true,
    sourcemap: 'linked',
    logLevel: 'silent',
    write: false,
  });
  writeOutput(result.outputFiles);
}

// Files that did not change stay untouched, so that a host which is loading them is not disturbed.
function writeOutput(files) {
  const fresh = new Set(files.map(({ path }) => path));
  for (const { path, contents } of files) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  for (const folder of ['functions', 'chunks']) removeStale(join(output, folder), fresh);
}

function removeStale(folder, fresh) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!fresh.has(path)) rmSync(path, { recursive: true });
  }
}

/** Builds for a command line: on failure prints what esbuild says and ends the process with 1. */
export async function buildOrExit() {
  try {
    await build();
  } catch (error) {
    const { formatMessages } = await import('esbuild');
    const lines = error.errors ? await formatMessages(error.errors, { kind: 'error' }) : [String(error)];
    console.error(`${lines.join('\n').trim()}\nThe build failed: correct the lines above and start again.`);
    process.exit(1);
  }
}

if (process.argv[1] && basename(process.argv[1]) === basename(fileURLToPath(import.meta.url))) {
  prepare();
  await buildOrExit();
}
