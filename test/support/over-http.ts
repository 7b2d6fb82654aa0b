export type Engine = 'embedded' | 'cosmos';

/** Everything that talks to an endpoint over HTTP. */
export const overHttp: readonly string[] = [
  'test/clients/**/*.test.ts',
  'test/conformance/**/*.test.ts',
  'test/tools/host/start.test.ts',
  'test/api/**/*.test.ts',
  'test/packs/**/*.test.ts',
];

/** The tests that run on either engine without an endpoint. */
export const onEitherEngine: readonly string[] = ['test/directory/large-groups.test.ts'];

/** The other tests that start an endpoint, a stand-in of Azure or a command, which takes seconds. */
export const startingOthers: readonly string[] = [
  'test/auth/{assertions,vault-outage}.test.ts',
  'test/keys/{contract/secret-store,key-vault}.test.ts',
  'test/neighbours/**/*.test.ts',
  'test/products/**/*.test.ts',
  'test/store/contract/{cosmos,embedded}.test.ts',
  'test/tools/**/*.test.ts',
];

/** The tests that repeat an operation for thousands of members, or for each call of the store, which takes seconds. */
export const repeatingMuch: readonly string[] = [
  ...onEitherEngine,
  'test/manage/end-synchronization.test.ts',
];

/** The tests over HTTP that ask most of the store. They take half a minute. */
export const overHttpBriefly: readonly string[] = [
  'test/conformance/{7644-query,9865}.test.ts',
  'test/api/{users,large-groups,cursor,budget}.test.ts',
];
