import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const npmFailureLines = 15;
/** Holds the id of the process that installs the packages. */
const lock = join(root, '.installing');
const lockPollMilliseconds = 500;

/** Prepares a fresh clone: checks that Node is new enough, and installs missing packages of the lock file. */
export function prepare() {
  requireNode();
  if (!isInstalled()) printHelpAlone();
  installMissing();
}

/** Prints the help of this command and ends, if it is asked for and its source has it as plain text. */
function printHelpAlone() {
  const [, script, file = '', ...args] = process.argv;
  if (![file, ...args].some((arg) => arg === '--help' || arg === '-h')) return;
  const sources = file.endsWith('.ts') ? [file, join(dirname(file), 'options.ts')] : [script];
  if (basename(script) === 'start.mjs') sources.push('tools/host/options.ts');
  for (const source of sources.map((path) => resolve(root, path)).filter(existsSync)) {
    const [, usage] = /usage = `([^`$]*)`/.exec(readFileSync(source, 'utf8')) ?? [];
    if (usage === undefined) continue;
    console.log(usage);
    process.exit(0);
  }
}

function requireNode() {
  const oldest = readJson('package.json').engines.node.replace('>=', '');
  if (compareVersions(process.versions.node, oldest) < 0) {
    stop(
      `Muster needs Node ${oldest} or newer, and this is Node ${process.versions.node}: install a newer one.`,
    );
  }
}

function compareVersions(left, right) {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number));
  for (let i = 0; i < b.length; i += 1) {
    if (a[i] !== b[i]) return a[i] - b[i];
  }
  return 0;
}

function installMissing() {
  if (isInstalled()) return;
  takeLock();
  if (!isInstalled()) install();
  rmSync(lock, { force: true });
}

/** Waits while another command installs, because two runs of `npm ci` break each other. */
function takeLock() {
  for (let isTold = false; !writeLock(); isTold = true) {
    if (!isTold)
      console.log('Another command is installing the packages: waiting. If none is, delete .installing.');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockPollMilliseconds);
    if (!isInUse()) rmSync(lock, { force: true });
  }
}

function writeLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Tests if the process whose id is in the lock runs. A lock without an id, or gone by now, counts as in use. */
function isInUse() {
  try {
    return process.kill(Number(readFileSync(lock, 'utf8')), 0);
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

function install() {
  console.log('Installing the packages of package-lock.json (npm ci), once. This takes a minute or two …');
  const [command, ...args] = npmCommand();
  // On a terminal npm shows its progress, which it writes to the standard error together with its failures.
  const stderr = process.stderr.isTTY ? 'inherit' : 'pipe';
  const npm = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', stderr],
  });
  if (npm.status === 0) return;
  rmSync(lock, { force: true });
  const output = `${npm.stdout ?? ''}${npm.stderr ?? npm.error?.message ?? ''}`.trim();
  console.error(output.split('\n').slice(-npmFailureLines).join('\n'));
  stop('The packages could not be installed: read the lines above, then run `npm ci` yourself.');
}

function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  if (statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs) return true;
  return holdsEveryPackage(readJson('node_modules/.package-lock.json').packages);
}

// Every checkout makes the lock file newer, so only its content shows whether a package is missing.
function holdsEveryPackage(installed) {
  const wanted = Object.entries(readJson('package-lock.json').packages).filter(([path]) => path !== '');
  return wanted.every(([path, { version, optional }]) =>
    path in installed ? installed[path].version === version : optional === true,
  );
}

/** The command line of npm. Inside `npm start`, npm names its own script, which works on Windows too. */
export function npmCommand() {
  const script = process.env.npm_execpath;
  return script?.endsWith('npm-cli.js') ? [process.execPath, script] : ['npm'];
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
