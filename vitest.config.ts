import { defineConfig } from 'vitest/config';
import { type Engine, overHttp, overHttpBriefly } from './test/support/over-http.ts';

const shared = { testTimeout: 30_000, hookTimeout: 60_000, pool: 'forks' } as const;

const on = (engine: Engine, include: readonly string[]) => ({
  test: {
    ...shared,
    name: engine,
    include: [...include],
    env: { MUSTER_TEST_ENGINE: engine },
    globalSetup: engine === 'cosmos' ? ['test/support/start-emulator.ts'] : [],
  },
});

/** All tests on the embedded engine and some of those over HTTP on Cosmos DB too, or all of these on it alone. */
export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts'],
    maxWorkers: 2,
    projects:
      process.env.MUSTER_TEST_ENGINE === 'cosmos'
        ? [on('cosmos', overHttp)]
        : [on('embedded', ['test/**/*.test.ts']), on('cosmos', overHttpBriefly)],
  },
});
