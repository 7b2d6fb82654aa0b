import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layOutCommit, layOutToday } from '../checkout.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Writes the files of a commit, or those of the working tree, into a new folder and gives them their packages. */
export async function layOutTree(tree: string, commit?: string): Promise<string> {
  await mkdir(tree);
  if (commit === undefined) await layOutToday(tree);
  else layOutCommit(commit, tree);
  if (await areInstalledHere(join(tree, 'package-lock.json'))) await linkPackages(join(tree, 'node_modules'));
  else installPackages(tree);
  return tree;
}

interface Package {
  readonly version?: string;
  readonly optional?: boolean;
}

/** Compares a lock file with the packages of this project; others may lie there besides. */
async function areInstalledHere(lockFile: string): Promise<boolean> {
  const wanted = await readLock(lockFile);
  const installed = await readLock(join(root, 'node_modules/.package-lock.json'));
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || (path in installed ? installed[path]?.version === version : optional === true),
  );
}

async function readLock(file: string): Promise<Readonly<Record<string, Package>>> {
  return JSON.parse(await readFile(file, 'utf8')).packages;
}

/** Links each package by itself: a commit that empties its folder removes links alone. */
async function linkPackages(folder: string): Promise<void> {
  await mkdir(folder);
  for (const entry of await readdir(join(root, 'node_modules'), { withFileTypes: true })) {
    const [from, to] = [join(root, 'node_modules', entry.name), join(folder, entry.name)];
    await (entry.isFile() ? cp(from, to) : symlink(from, to, 'junction'));
  }
}

function installPackages(tree: string): void {
  console.log('Installing the packages of the commit, which are not those installed here (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: tree,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm ci could not install the packages of the commit.');
}
