import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { randomFaults } from '../../test/emulator/faults.ts';
import { freePort } from '../../test/emulator/free-port.ts';
import type { Fault } from '../../test/emulator/front.ts';
import { emulatorKey, startEmulator } from '../../test/emulator/vercel.ts';
import { type Endpoint, startEndpoint } from '../../test/support/endpoint.ts';
import { openAccount } from '../../test/support/engine.ts';
import { nodeOptions } from './memory.ts';

export type Engine = 'embedded' | 'cosmos';

/** Shares of the store calls that fail on the stand-in of Cosmos DB, by the level of faults. */
export const faultShares = [0, 0.1, 0.25, 0.4] as const;

/** The endpoint under test; its process may be killed and started again at the same address. */
export interface Soaked extends AsyncDisposable {
  /** The process that runs now. */
  readonly running: Endpoint;
  /** Store calls that failed so far. */
  readonly failedCalls: () => number;
  /** Sets the level of faults; an embedded store has none. */
  readonly setFaults: (level: number) => void;
  /** Ends the process with SIGKILL, ends the faults and starts it again. */
  readonly killAndStart: () => Promise<void>;
  readonly openStore: () => Promise<DocumentStore>;
}

interface Storage extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly openStore: Soaked['openStore'];
}

/** Starts the built endpoint on an engine, with its data in a temporary folder and some settings of its own. */
export async function startSoaked(
  engine: Engine,
  seed: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<Soaked> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-soak-'));
  const faults = chooseFaults(seed);
  const storage = engine === 'cosmos' ? await openStandIn(faults.next) : openFolder(folder);
  const port = await freePort();
  const env = { ...settings, ...storage.env, NODE_OPTIONS: nodeOptions };
  const start = () => startEndpoint({ data: folder, port, env });
  let running = await start();
  return {
    get running() {
      return running;
    },
    failedCalls: faults.struck,
    setFaults: faults.set,
    async killAndStart() {
      await running.kill();
      faults.set(0);
      running = await start();
    },
    openStore: storage.openStore,
    async [Symbol.asyncDispose]() {
      await running.stop();
      await storage[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function chooseFaults(seed: number) {
  const sources = faultShares.map((share) => randomFaults({ share, seed }));
  let [level, struck] = [0, 0];
  const next = (): Fault => {
    const fault = sources[level]?.();
    if (fault !== undefined) struck += 1;
    return fault;
  };
  const set = (wanted: number) => {
    level = wanted;
  };
  return { next, set, struck: () => struck };
}

function openFolder(folder: string): Storage {
  return {
    env: {},
    openStore: async () => openEmbeddedStore({ path: folder }),
    [Symbol.asyncDispose]: async () => {},
  };
}

async function openStandIn(nextFault: () => Fault): Promise<Storage> {
  const emulator = await startEmulator({ nextFault });
  const { endpoint } = emulator;
  const database = 'soak';
  return {
    env: { COSMOS_ENDPOINT: endpoint, COSMOS_DATABASE: database, COSMOS_KEY: emulatorKey },
    openStore: () => openAccount({ endpoint, database, auth: { key: emulatorKey } }),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}
