import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
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

function git(cwd: string, args: readonly string[], env = process.env): string {
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
