import fc from 'fast-check';
import { clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import { faultsOf } from './check-answer.ts';
import { contradictionsOf } from './check-directory.ts';
import type { Answer, InProcess, Request, Tenant } from './in-process.ts';
import { type Sketch, sketch } from './requests.ts';
import { type Attempt, timed } from './timed.ts';

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  /** The limit for an answer; a slower request is sent up to three more times, and the fastest time counts. */
  readonly millisecondsMax: number;
  readonly onProgress?: (done: number) => void;
}

export interface Finding {
  /** The number of the generated request, from 0. */
  readonly run: number;
  readonly fault: string;
  readonly request: Request;
  /** The error that the app logged. */
  readonly cause?: string;
}

export interface FuzzReport {
  readonly findings: readonly Finding[];
  readonly contradictions: readonly string[];
  /** The number of answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The time of the slowest answer in milliseconds; of a repeated request, the fastest time counts. */
  readonly slowest: number;
}

const packs = ['devices', 'group-description', 'okta-entitlements'];
const batch = 500;

/** A tenant with the ids of its resources by collection, for use in later requests. */
interface Party {
  readonly tenant: Tenant;
  readonly ids: Map<string, string[]>;
}

/** Sends generated requests and checks every answer, and at the end the directories. */
export async function fuzz(app: InProcess, options: FuzzOptions): Promise<FuzzReport> {
  const parties = await createParties(app);
  const findings: Finding[] = [];
  const statuses: Record<string, number> = {};
  let slowest = 0;
  for (const [run, { party, one }] of rounds(parties, options)) {
    const request = meet(one, party);
    const attempt = await timed(app, request, options);
    slowest = Math.max(slowest, attempt.milliseconds);
    const faults = [...faultsOfAttempt(request, attempt, options.millisecondsMax), ...pollution()];
    const cause = (attempt.answer?.status ?? 500) >= 500 ? app.lastError() : undefined;
    findings.push(...faults.map((fault) => ({ run, fault, request, ...(cause !== undefined && { cause }) })));
    const { answer } = attempt;
    if (answer) {
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      remember(party, request, answer);
    }
    if ((run + 1) % 1_000 === 0) options.onProgress?.(run + 1);
  }
  return { findings, contradictions: await checkDirectories(app, parties), statuses, slowest };
}

function createParties(app: InProcess): Promise<readonly Party[]> {
  return Promise.all(
    clientProfiles.map(async (profile, index) => {
      const tenant = await app.createTenant({ profile, packs: index % 2 === 0 ? packs : [] });
      return { tenant, ids: new Map() };
    }),
  );
}

/** Generates requests, for each tenant in turn. */
function* rounds(
  parties: readonly Party[],
  { runs, seed }: FuzzOptions,
): Generator<[number, { party: Party; one: Sketch }]> {
  for (let from = 0; from < runs; from += batch) {
    const sketches = fc.sample(sketch, { numRuns: Math.min(batch, runs - from), seed: seed + from });
    for (const [index, one] of sketches.entries()) {
      const party = parties[(from + index) % parties.length];
      if (party) yield [from + index, { party, one }];
    }
  }
}

/** Fills in the placeholders of a request; keeps those for which there is no resource yet. */
function meet({ method, path, query, headers, body, known }: Sketch, { tenant, ids }: Party): Request {
  const fill = (text: string) =>
    text.replaceAll(/\{(\w+) (\d+)\}/g, (open, collection, index) => {
      const those = ids.get(collection) ?? [];
      return those[Number(index) % those.length] ?? open;
    });
  return {
    method,
    target: tenant.path + fill(path) + (query === '' ? '' : `?${query}`),
    headers: { ...headers, authorization: `Bearer ${known ? tenant.token : 'muster_unknown'}` },
    ...(body !== undefined && { body: fill(body) }),
  };
}

function faultsOfAttempt(
  { method }: Request,
  { answer, crash, milliseconds }: Attempt,
  millisecondsMax: number,
): readonly string[] {
  return [
    ...(crash === undefined ? [] : [`threw ${crash}`]),
    ...(milliseconds > millisecondsMax ? [`took ${Math.round(milliseconds)} ms`] : []),
    ...(answer ? faultsOf(method, answer) : []),
  ];
}

const ownNames = Object.getOwnPropertyNames(Object.prototype).length;

function pollution(): readonly string[] {
  const isClean = Object.getOwnPropertyNames(Object.prototype).length === ownNames;
  return isClean ? [] : ['changed the prototype of all objects'];
}

const idsMax = 60;

/** Remembers the ids of the latest resources and forgets deleted ones, for use in later requests. */
function remember({ ids }: Party, { method, target }: Request, { status, headers }: Answer): void {
  const isCreated = status === 201;
  if (!isCreated && !(method === 'DELETE' && status === 204)) return;
  const [, collection, id] =
    /\/(\w+)\/([^/?]+)(?:\?|$)/.exec(isCreated ? (headers.location ?? '') : target) ?? [];
  if (collection === undefined || id === undefined) return;
  const others = (ids.get(collection) ?? []).filter((one) => one !== id);
  ids.set(collection, isCreated ? [...others, id].slice(-idsMax) : others);
}

async function checkDirectories(app: InProcess, parties: readonly Party[]): Promise<readonly string[]> {
  const store = await app.openStore();
  try {
    const faults: string[] = [];
    for (const { tenant } of parties) {
      const found = await contradictionsOf(store, tenant.id);
      faults.push(...found.map((fault) => `${tenant.profile}: ${fault}`));
    }
    return faults;
  } finally {
    await store.close();
  }
}
