import { expect, test } from 'vitest';
import type { Endpoint } from '../support/endpoint.ts';
import { clientOf } from './client.ts';
import { minutes, openSite, useSites } from './two-processes.ts';

useSites();

interface Sweep {
  readonly event: string;
  readonly done: Readonly<Record<string, number>>;
  readonly operations: number;
}

const sweepsOf = ({ output }: Endpoint): readonly Sweep[] =>
  output()
    .split('\n')
    .filter((line) => line.includes('"event":"maintenance"'))
    .map((line) => JSON.parse(line));

async function fire({ manage }: Endpoint, timer: string): Promise<void> {
  expect((await manage('POST', `/admin/functions/${timer}`, { input: '' })).status).toBe(202);
}

/** Fires the timers of an instance, and expects so many sweeps in all since it started. */
function sweepCounter(instance: Endpoint) {
  let sweeps = 0;
  const expectMore = async (more: number) => {
    sweeps += more;
    await expect.poll(() => sweepsOf(instance).length, { timeout: 10_000, interval: 20 }).toBe(sweeps);
  };
  return {
    /** The timer of each minute, and the one that always sweeps. A sweep too many fails this or the next call. */
    async fireBoth({ soonSweeps }: { readonly soonSweeps: boolean }) {
      await fire(instance, 'maintenance-soon');
      await fire(instance, 'maintenance');
      await expectMore(soonSweeps ? 2 : 1);
    },
    async fireSoon() {
      await fire(instance, 'maintenance-soon');
      await expectMore(1);
    },
  };
}

test.each([
  // The embedded engine also looks for expired documents, which Cosmos DB removes itself.
  ['embedded', 6],
  ['cosmos', 5],
] as const)(
  'the timer of another process finds at once what a killed one left, and comes less often later (%s)',
  async (engine, idleOperations) => {
    const { one, other, clock } = await openSite(engine);
    const tenant = await one.createTenant({ name: 'Left alone' });
    const client = clientOf(tenant);
    // An instance delivers its own changes after 200 ms. Some of these are younger when it ends.
    const others = Array.from({ length: 10 }, (_, n) => client.user(`user-${n}`).catch(() => undefined));
    await client.user('anna');
    await one.kill();
    await Promise.all(others);
    const { fireBoth, fireSoon } = sweepCounter(other);
    await fireSoon();
    expect(sweepsOf(other)[0]?.done.record).toBeGreaterThanOrEqual(1);

    const passTo = (minute: number) => {
      const since = Math.floor(clock.now() / 60_000) % 5;
      clock.pass(((minute - since + 5) % 5) * minutes);
    };
    clock.pass(9 * minutes);
    await fireBoth({ soonSweeps: true });
    clock.pass(5 * minutes);
    passTo(1);
    await fireBoth({ soonSweeps: false });
    passTo(0);
    await fireBoth({ soonSweeps: true });
    clock.pass(60 * minutes);
    const tenantUrl = other.baseUrl + new URL(tenant.tenantUrl).pathname;
    expect(await clientOf({ ...tenant, tenantUrl }).find('/Users', 'userName eq "anna"')).toHaveLength(1);
    await fireBoth({ soonSweeps: false });
    await fireBoth({ soonSweeps: false });
    expect(sweepsOf(other).at(-1)).toMatchObject({ done: {}, operations: idleOperations });
  },
  60_000,
);
