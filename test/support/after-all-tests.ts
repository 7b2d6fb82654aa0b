import { afterAll } from 'vitest';

interface Task {
  readonly mode: string;
  readonly tasks?: readonly Task[];
}

/** Checks what all tests of a file have done together; nothing when only some of them were run. */
export function afterAllTests(check: () => void): void {
  // biome-ignore lint/correctness/noEmptyPattern: Vitest wants the first parameter to be written so.
  afterAll(({}, suite) => {
    if (isWhole(suite)) check();
  });
}

function isWhole({ mode, tasks = [] }: Task): boolean {
  return mode !== 'skip' && tasks.every(isWhole);
}
