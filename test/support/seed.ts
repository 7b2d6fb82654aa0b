// Set up before each file of tests: property tests draw the same examples again.
const { MUSTER_TEST_SEED: seed } = process.env;
if (seed !== undefined) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
}
