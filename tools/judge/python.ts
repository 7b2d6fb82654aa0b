import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { complaint, runCommand } from './run-command.ts';
import { JudgeAbsent } from './verdict.ts';

const oldest = 'sys.version_info >= (3, 10)';

/**
 * Installs a package of PyPI in a virtual environment of its own and yields the folder of its programs.
 *
 * Throws JudgeAbsent when there is no Python of at least 3.10, or when PyPI does not give the package.
 */
export async function installFromPypi(cache: string, requirements: readonly string[]): Promise<string> {
  const folder = join(cache, requirements.join('-').replaceAll(/\W+/g, '-'));
  const programs = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const python = join(programs, 'python');
  if (!existsSync(python)) await createEnvironment(folder);
  const installed = await runCommand(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--upgrade',
    ...requirements,
  ]);
  if (installed.code !== 0) throw new JudgeAbsent(`PyPI does not give it (${complaint(installed)})`);
  return programs;
}

/** The version of a package in the environment whose programs are in this folder. */
export async function versionOf(programs: string, name: string): Promise<string> {
  const text = `import importlib.metadata as m; print(m.version('${name}'))`;
  return (await runCommand(join(programs, 'python'), ['-c', text])).stdout.trim();
}

async function createEnvironment(folder: string): Promise<void> {
  for (const python of ['python3', 'python']) {
    const { code } = await runCommand(python, ['-c', `import sys; sys.exit(not ${oldest})`]);
    if (code !== 0) continue;
    const created = await runCommand(python, ['-m', 'venv', folder]);
    if (created.code === 0) return;
    throw new JudgeAbsent(`Python makes no virtual environment (${complaint(created)})`);
  }
  throw new JudgeAbsent('there is no Python of at least 3.10');
}
