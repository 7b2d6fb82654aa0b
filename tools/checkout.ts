import { execFileSync } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));

/** Git knows no commit of the name. */
export class UnknownCommitError extends Error {
  override readonly name = 'UnknownCommitError';
}

/** Finds the short hash of a commit by any name that Git knows; throws an UnknownCommitError. */
export function findCommit(ref: string, repository = project): string {
  try {
    return git(repository, [
      'rev-parse',
      '--short',
      '--verify',
      '--end-of-options',
      `${ref}^{commit}`,
    ]).trim();
  } catch {
    throw new UnknownCommitError(`Git knows no commit "${ref}": name a hash, a branch or a tag.`);
  }
}

/** Writes the files of a commit into an empty folder; the repository's own index and files stay as they are. */
export function layOutCommit(commit: string, folder: string, repository = project): void {
  const env = { ...process.env, GIT_INDEX_FILE: join(folder, '.git-index') };
  git(repository, ['read-tree', commit], env);
  git(repository, ['checkout-index', '--all', `--prefix=${folder}/`], env);
}

/** Copies the project's files as they are now into a folder, without what Git ignores. */
export async function layOutToday(folder: string): Promise<void> {
  const names = git(project, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const deleted = new Set(git(project, ['ls-files', '-z', '--deleted']).split('\0'));
  for (const name of names.split('\0').filter((one) => one !== '' && !deleted.has(one))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await cp(join(project, name), join(folder, name));
  }
}

function git(cwd: string, args: readonly string[], env = process.env): string {
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
