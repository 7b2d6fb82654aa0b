import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './import-typescript.mjs';
import { root } from './install.mjs';
import { thirdPartyNotices } from './notices.mjs';

const usage = `npm run build

Bundles the function app into dist/functions and dist/chunks, the local host into dist/host and the command
line into dist/muster, each if a source has changed. It takes no options.

Example:
  npm run build`;

const output = join(root, 'dist');
const staleMilliseconds = 60_000;
/** Files outside the folders of sources that a build reads; npm writes the last one when it installs packages. */
const settings = [
  'LICENSE',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'node_modules/.package-lock.json',
];

// esbuild keeps the `require` calls of CommonJS packages, but an ES module has no `require`.
const banner =
  "import { createRequire as newRequire } from 'node:module'; const require = newRequire(import.meta.url);";

const shared = {
  absWorkingDir: root,
  outdir: output,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  logLevel: 'silent',
  write: false,
};

/** Lists the files of the last build of the function app and the host, and when it began. */
const record = join(output, 'build.json');

/**
 * Bundles functions/*.ts into dist/functions, with shared code in dist/chunks and the licences of all packages
 * beside them, and the local host into dist/host, from where it starts faster than from its sources. Does nothing
 * if no source has changed since the last build. Returns the paths of the function app's files relative to the
 * project. Rejects with esbuild's error.
 */
export async function build() {
  const last = readRecord();
  if (last && isFresh(last)) return last.appFiles;
  const began = Date.now();
  const [app, host] = await bundle();
  const notices = Buffer.from(thirdPartyNotices(app.metafile));
  const files = [...app.outputFiles, { path: join(output, 'THIRD-PARTY-NOTICES.txt'), contents: notices }];
  writeOutput([...files, ...host.outputFiles]);
  removeStale(new Set(files.map(({ path }) => path)));
  const [appFiles, hostFiles] = [files, host.outputFiles].map((some) =>
    some.map(({ path }) => relative(root, path)),
  );
  const made = { began, files: [...appFiles, ...hostFiles], appFiles };
  writeOutput([{ path: record, contents: Buffer.from(JSON.stringify(made)) }]);
  return appFiles;
}

async function bundle() {
  const esbuild = await import('esbuild');
  return Promise.all([
    esbuild.build({
      ...shared,
      entryPoints: sourcesOf('functions'),
      outbase: root,
      chunkNames: 'chunks/[name]-[hash]',
      splitting: true,
      external: ['@azure/functions-core', 'lmdb'],
      banner: { js: banner },
      metafile: true,
    }),
    esbuild.build({
      ...shared,
      entryPoints: ['main', 'list'].map((name) => join(root, `tools/host/${name}.ts`)),
      outbase: join(root, 'tools'),
      packages: 'external',
    }),
  ]);
}

function readRecord() {
  try {
    return JSON.parse(readFileSync(record, 'utf8'));
  } catch {
    return undefined;
  }
}

function isFresh({ began, files }) {
  if (files.some((path) => !existsSync(join(root, path)))) return false;
  // A folder changes when a file in it is deleted.
  const below = ['functions', 'lib', 'tools'].flatMap((folder) => [folder, ...filesBelow(folder)]);
  return began > lastChange([...settings, ...below]);
}

/** Bundles the command line into dist/muster if a source is newer than the bundle. Rejects with esbuild's error. */
export async function buildMuster() {
  const made = lastChange(['dist/muster/main.js']);
  if (made > lastChange(['package-lock.json', ...filesBelow('lib'), ...filesBelow('tools')])) return;
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    ...shared,
    entryPoints: { 'muster/main': join(root, 'tools/muster/main.ts') },
    banner: { js: banner },
  });
  writeOutput(outputFiles);
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name));
}

function lastChange(paths) {
  const times = paths.map((path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return Math.max(...times);
}

function sourcesOf(folder) {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'));
  return names.map((name) => join(root, folder, name));
}

// Another process may be loading the last build, so unchanged files stay and no file is ever incomplete.
function writeOutput(files) {
  const now = new Date();
  for (const { path, contents } of files) {
    if (existsSync(path) && readFileSync(path).equals(contents)) {
      utimesSync(path, now, now);
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, contents);
    renameSync(`${path}.${process.pid}`, path);
  }
}

// A stale chunk is removed a little later, because a host may be about to load it.
function removeStale(fresh) {
  const isOld = (path) => Date.now() - statSync(path).mtimeMs > staleMilliseconds;
  for (const folder of ['functions', 'chunks']) {
    const paths = readdirSync(join(output, folder)).map((name) => join(output, folder, name));
    const stale = paths.filter((path) => !fresh.has(path) && (folder === 'functions' || isOld(path)));
    for (const path of stale) rmSync(path, { force: true });
  }
}

/** Builds for a command line; on failure, prints esbuild's message and ends the process with 1. */
export async function orExit(building) {
  try {
    return await building();
  } catch (error) {
    const { formatMessages } = await import('esbuild');
    const lines = error.errors ? await formatMessages(error.errors, { kind: 'error' }) : [String(error)];
    console.error(`${lines.join('\n').trim()}\nThe build failed: correct the lines above and start again.`);
    return process.exit(1);
  }
}

if (process.argv[1] && basename(process.argv[1]) === basename(fileURLToPath(import.meta.url))) {
  const { readOptions } = await importTypeScript('./read-options.ts');
  readOptions(usage, {});
  await orExit(build);
  await orExit(buildMuster);
}
