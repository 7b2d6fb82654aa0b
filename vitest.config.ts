import { defineConfig } from 'vitest/config';
import {
  type Engine,
  onEitherEngine,
  overHttp,
  overHttpBriefly,
  repeatingMuch,
  startingOthers,
} from './test/support/over-http.ts';

const shared = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  pool: 'forks',
  setupFiles: ['test/support/seed.ts'],
  // A test that runs no expect() fails.
  expect: { requireAssertions: true },
} as const;

/** Loads a whole app into its own process, which can hold but one. */
const loadingApps = [
  'test/faults/**/*.test.ts',
  'test/fuzz/**/*.test.ts',
  'test/tools/host/as-real-host.test.ts',
  'test/tools/host/bounded-invocations.test.ts',
  'test/walk.test.ts',
];

/** Files share a process each worker, which spares them half a second each. */
const on = (engine: Engine, include: readonly string[], exclude: readonly string[] = loadingApps) => ({
  test: {
    ...shared,
    name: engine,
    include: [...include],
    exclude: [...exclude],
    isolate: false,
    env: { MUSTER_TEST_ENGINE: engine },
    globalSetup: engine === 'cosmos' ? ['test/support/start-emulator.ts'] : [],
  },
});

const alone = { test: { ...shared, name: 'alone', include: loadingApps } };

const faults = (engine: Engine) => ({
  test: {
    ...shared,
    name: `faults-${engine}`,
    include: ['test/faults/**/*.test.ts'],
    env: { MUSTER_TEST_ENGINE: engine },
    globalSetup: engine === 'cosmos' ? ['test/support/start-emulator.ts'] : [],
  },
});

const everything = ['test/**/*.test.ts'];

function projects() {
  const {
    MUSTER_TEST_ENGINE: engine,
    MUSTER_TEST_FAST: isFast,
    MUSTER_TEST_FAULTS: onlyFaults,
  } = process.env;
  if (onlyFaults) return [faults('embedded'), faults('cosmos')];
  if (engine === 'cosmos') return [on('cosmos', [...overHttp, ...onEitherEngine])];
  if (isFast)
    return [on('embedded', everything, [...loadingApps, ...overHttp, ...startingOthers, ...repeatingMuch])];
  return [on('embedded', everything), alone, on('cosmos', overHttpBriefly)];
}

/** All tests on the embedded engine and some of those over HTTP on Cosmos DB too, or all of these on it alone. */
export default defineConfig({
  test: {
    globalSetup: ['test/support/temporary-folder.ts', 'test/support/build.ts'],
    maxWorkers: 3,
    coverage: {
      include: ['lib/{scim,provisioning}/**/*.ts'],
      reporter: ['text', 'html'],
      thresholds: {
        'lib/scim/**': { lines: 99, branches: 97 },
        'lib/provisioning/**': { lines: 91, branches: 80 },
      },
    },
    projects: projects(),
  },
});
