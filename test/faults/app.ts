import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { type InProcess, startInProcess, type Tenant } from '../../tools/fuzz/in-process.ts';
import { engineSettings } from '../emulator/cosmos-engine.ts';
import type { Reply, Send } from '../fuzz/caller.ts';
import { callerOf } from '../fuzz/caller.ts';
import { openData } from '../support/engine.ts';
import { type StoppingEngine, stopOnDemand } from './stopping-engine.ts';

/** A tenant of the app under test. */
export interface Party {
  readonly tenant: Tenant;
  /** Sends a SCIM request. */
  readonly scim: Send;
  /** Sends a management request, by a path below `/manage/tenants/{tenant}`. */
  readonly manage: Send;
}

/** Success, or a refusal that tells the client to repeat the request. */
export const isSound = ({ status }: Reply) => status < 300 || status === 503;

/** Longer than caches, leases and the timer's first look at an interrupted change last. */
export const recoverySeconds = 900;

/** The whole app in this process, whose clock a test moves. */
export interface FaultyApp {
  readonly app: InProcess;
  newParty(): Promise<Party>;
  /** Sends a management request, by a path below `/manage`. */
  manage(method: string, path: string, body?: unknown): Promise<Reply>;
  /** Moves the clock and runs the timers, which must not fail. */
  pass(seconds: number): Promise<void>;
}

/** Starts the app. Its clock is that of the process, which it may move. */
async function startFaultyApp(): Promise<FaultyApp> {
  const real = Date.now;
  let ahead = 0;
  Date.now = () => real() + ahead;
  const app = await startInProcess();
  const manage: FaultyApp['manage'] = async (method, path, body) => {
    const answer = await app.call({
      method,
      target: `/manage${path}`,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: answer.status, body: answer.body ? JSON.parse(answer.body) : undefined };
  };
  return {
    app,
    manage,
    async newParty() {
      const tenant = await app.createTenant({ profile: 'rfc' });
      const below = (path: string) => `/tenants/${tenant.id}${path}`;
      const policy = { accounts: { enabled: true }, keys: { activeMax: 10 } };
      await manage('PATCH', below(''), { policy });
      return {
        tenant,
        scim: callerOf(app, tenant),
        manage: (method, path, body) => manage(method, below(path), body),
      };
    },
    async pass(seconds) {
      ahead += seconds * 1_000;
      await app.runTimers();
    },
  };
}

/** The app on an engine that a test stops. */
export interface StoppableApp {
  readonly engine: StoppingEngine;
  readonly faulty: FaultyApp;
  readonly store: DocumentStore;
}

/** Starts the app on the engine of this run. */
export async function startStoppableApp(): Promise<StoppableApp> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-faults-'));
  Object.assign(process.env, engineSettings(folder));
  const sample = await openData(folder);
  await sample.close();
  rmSync(folder, { recursive: true });
  const engine = stopOnDemand(Object.getPrototypeOf(sample));
  const faulty = await startFaultyApp();
  await faulty.newParty();
  return { engine, faulty, store: engine.store() };
}
