import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { complaint, runCommand } from './run-command.ts';
import { JudgeAbsent } from './verdict.ts';

const oldest = 'sys.version_info >= (3, 10)';

/**
 * Installs a package from PyPI in its own virtual environment and returns the folder of its programs.
 *
 * Throws JudgeAbsent without Python 3.10 or newer, or if pip cannot install the package.
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
  if (installed.code !== 0) throw new JudgeAbsent(`pip could not install it (${complaint(installed)})`);
  return programs;
}

/** Reads the version of a package in the environment whose programs are in this folder. */
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
    throw new JudgeAbsent(`Python could not create a virtual environment (${complaint(created)})`);
  }
  throw new JudgeAbsent('Python 3.10 or newer is not installed');
}
