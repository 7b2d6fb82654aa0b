import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { build, orExit } from './build.mjs';
import { importTypeScript } from './import-typescript.mjs';
import { root } from './install.mjs';
import { billOfMaterials } from './sbom.mjs';

const usage = `npm run package -- [options]

Builds and lays out what is deployed, as the folder package/ and the archive muster.zip. Beside them, muster.cdx.json
lists the packages in it (an SBOM in CycloneDX).

  --packs DIR      copies the JSON files of a folder of packs into the package as packs/
  --templates DIR  copies the JSON files of a folder of mail templates into it as templates/
  --to DIR         folder for package/, muster.zip and muster.cdx.json (default dist)

Example:
  npm run package -- --packs ./packs`;

// The same content always gives the same bytes: all files have one mode, and the earliest time that a zip can store.
const zipEntry = { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16, level: 9 };

const { parseOptions, readCommandLine, UsageError } = await importTypeScript('./read-options.ts');
const { packs, templates, to } = readCommandLine(usage, readOptions);
const staged = join(to, 'package');
const archive = join(to, 'muster.zip');
const materials = join(to, 'muster.cdx.json');
stage(await orExit(build));
const functions = loadAlone();
const { files, zipped } = await archiveStaged();
console.log(
  `${relative('', staged)}     ${files} files, ${functions} functions, which register from this folder alone`,
);
console.log(`${relative('', archive)}  ${(zipped / 1_000_000).toFixed(2)} MB`);
console.log(`${relative('', materials)}  ${listMaterials()} packages`);

function readOptions(args) {
  const text = { type: 'string' };
  const options = { packs: text, templates: text, to: text };
  const { values } = parseOptions({ usage, options }, args);
  const { packs, templates, to = join(root, 'dist') } = values;
  return { packs: filesIn(packs), templates: filesIn(templates), to };
}

function filesIn(folder) {
  if (folder === undefined) return [];
  if (!existsSync(folder)) throw new UsageError(`There is no folder ${folder}.`);
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new UsageError(`There are no JSON files in ${folder}.`);
  return names.map((name) => join(folder, name));
}

/** Lays out the bundle without maps, its licences, host.json, and the part of package.json for Azure's worker. */
function stage(built) {
  rmSync(staged, { recursive: true, force: true });
  for (const path of built.filter((name) => !name.endsWith('.map'))) copy(join(root, path), path);
  for (const path of packs) copy(path, join('packs', basename(path)));
  for (const path of templates) copy(path, join('templates', basename(path)));
  copy(join(root, 'host.json'), 'host.json');
  const { name, version, type, main, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const manifest = { name, version, type, main, engines };
  writeFileSync(join(staged, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function copy(from, to) {
  const target = join(staged, to);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(from, target);
}

/** Loads the app in the local host, with no node_modules above it, and counts its functions. */
function loadAlone() {
  const alone = mkdtempSync(join(tmpdir(), 'muster-package-'));
  cpSync(staged, alone, { recursive: true });
  const settings = {
    ...(packs.length > 0 && { MUSTER_PACKS: join(alone, 'packs') }),
    ...(templates.length > 0 && { MUSTER_TEMPLATES: join(alone, 'templates') }),
  };
  const { status, stdout } = spawnSync(process.execPath, ['dist/host/list.js', alone], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  rmSync(alone, { recursive: true });
  if (status !== 0)
    return stop('The package does not load on its own: correct the errors in the lines above.');
  return JSON.parse(stdout).functions.length;
}

async function archiveStaged() {
  const { zipSync } = await import('fflate');
  const paths = readdirSync(staged, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(staged.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
  const entries = paths.map((path) => [path, [readFileSync(join(staged, path)), zipEntry]]);
  const bytes = zipSync(Object.fromEntries(entries));
  writeFileSync(archive, bytes);
  return { files: paths.length, zipped: bytes.length };
}

/** Writes the packages in the bundle, and counts them. */
function listMaterials() {
  const notices = readFileSync(join(staged, 'dist', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const document = billOfMaterials(notices);
  writeFileSync(materials, `${JSON.stringify(document, null, 2)}\n`);
  return document.components.length;
}

function stop(sentence) {
  console.error(sentence);
  return process.exit(1);
}
