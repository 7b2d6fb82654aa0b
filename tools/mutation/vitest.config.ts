import { defineConfig } from 'vitest/config';

/** The tests of one area, in one project, since Stryker's runner runs all projects of a configuration. */
export default defineConfig({
  test: {
    include: JSON.parse(process.env.MUSTER_MUTATION_TESTS ?? '[]'),
    // Times what it runs, and code that Stryker has instrumented is slow.
    exclude: ['test/scim/filter/hostile.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    env: { MUSTER_TEST_SEED: '1' },
    testTimeout: 30_000,
  },
});
