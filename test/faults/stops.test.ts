import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawnChoices } from '../support/chance.ts';
import { isSound, type Party, recoverySeconds, type StoppableApp, startStoppableApp } from './app.ts';
import { contentsOf, halfMade, outcomeOf, stateOf, tokensIn } from './invariants.ts';
import { type Operation, operations } from './operations.ts';
import type { Stop } from './stopping-engine.ts';

let app: StoppableApp;
beforeAll(async () => {
  app = await startStoppableApp();
});
afterAll(() => app.faulty.app[Symbol.asyncDispose]());

/** The result of an operation that was stopped. */
interface Outcome {
  /** The calls of the store until it stopped or the operation ended. */
  readonly calls: number;
  readonly hasChanged: boolean;
  readonly documents: readonly string[];
}

/** Stops an operation at one call, lets the app recover, and repeats it. */
async function stopAndRecover({ prepare, repeated = [] }: Operation, stop: Stop): Promise<Outcome> {
  const { engine, faulty, store } = app;
  const party = await faulty.newParty();
  const act = await prepare(party, faulty);
  await faulty.pass(1);
  const before = stateOf(await contentsOf(store, party.tenant.id));
  const recordsBefore = await recordsOf(party);
  engine.stopAt(stop);
  const cut = await act();
  const calls = engine.calls();
  engine.start();
  expect.soft(cut, `the answer while the store is stopped at ${JSON.stringify(stop)}`).toSatisfy(isSound);
  await faulty.pass(recoverySeconds);
  await faulty.pass(recoverySeconds);
  const recovered = await contentsOf(store, party.tenant.id);
  expect(await halfMade(store, recovered), `after recovery from ${JSON.stringify(stop)}`).toEqual([]);
  const hasChanged = stateOf(recovered) !== before;
  if (cut.status < 300) expect(hasChanged).toBe(true);
  const tokens = await tokensIn(store, engine.written());
  const documents = outcomeOf([...[...recovered.values()].flat(), ...tokens]);
  const hasRecord = (await recordsOf(party)) > recordsBefore;
  expect(hasRecord, `a record of what was stopped at ${JSON.stringify(stop)}`).toBe(hasChanged);
  const again = await act();
  expect([...repeated, 200, 201, 204], `a repetition after ${JSON.stringify(stop)}`).toContain(again.status);
  await faulty.pass(recoverySeconds);
  expect(await halfMade(store, await contentsOf(store, party.tenant.id))).toEqual([]);
  await removeData(party);
  return { calls, hasChanged, documents };
}

/** Removes the data of a tenant, because each query of the stand-in reads all documents of all tenants. */
async function removeData({ tenant: { id: tenantId } }: Party): Promise<void> {
  for (const container of ['users', 'groups', 'audit'] as const) {
    while ((await app.store.drain({ container, tenantId }, 1_000)) > 0);
  }
}

/** The number of changes in the tenant's audit trail. */
async function recordsOf({ manage }: Party): Promise<number> {
  const { body } = await manage('GET', '/audit?limit=1000');
  return body.records.filter(
    ({ outcome }: { outcome: string }) => outcome !== 'refused' && outcome !== 'failed',
  ).length;
}

/** One operation of each kind, which `npm test` stops at every call. It stops the others at a tenth of them. */
const representative: ReadonlySet<string> = new Set<keyof typeof operations>([
  'create a user',
  'modify a user',
  'delete a user who is in groups',
  'add and remove members',
  'a bulk request',
  'add a trust',
  'issue a key',
  'edit an account',
  'send a mail again',
  'add a member to a team',
]);
/** Operations that may end in part, of which each part is whole. */
const inParts: ReadonlySet<string> = new Set<keyof typeof operations>(['a bulk request', 'convert logins']);
const isComplete = process.env.MUSTER_TEST_FAULTS !== undefined;

describe.each(Object.entries(operations))('%s', (name, operation) => {
  test.each(['before', 'after'] as const)(
    'is whole or did not happen, and leaves nothing half-made, when the store stops %s any call',
    { timeout: 600_000 },
    async (when) => {
      const step = isComplete || representative.has(name) ? 1 : 10;
      const whole = await stopAndRecover(operation, { at: Number.POSITIVE_INFINITY, when });
      expect(whole.calls).toBeGreaterThan(0);
      let at = 1 + drawnChoices(1).below(Math.min(step, whole.calls));
      for (; at <= whole.calls; at += step) {
        const { hasChanged, documents } = await stopAndRecover(operation, { at, when });
        if (hasChanged && !inParts.has(name))
          expect(documents, `${when} call ${at}`).toEqual(whole.documents);
      }
    },
  );
});
