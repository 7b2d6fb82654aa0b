import * as z from 'zod';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { cached } from '../keys/cached.ts';
import { commitOnce } from '../store/commit-once.ts';
import {
  type Change,
  type Document,
  type DocumentKey,
  type DocumentStore,
  type Partition,
  type Stored,
  StoreError,
} from '../store/document-store.ts';
import { finishEachDue, type TimerRun } from '../store/due-jobs.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import { findTrust, type Trust, type TrustPins, trustId, trustPartition } from './trust.ts';

/** A refusal of a trust that belongs to another tenant. The client sees the message. */
export class TrustError extends Error {
  constructor(position: number) {
    super(
      `policy.trusts.${position} belongs to another tenant: change issuer, subject, audience or tenantId, ` +
        'or remove the trust from the other tenant first',
    );
    this.name = 'TrustError';
  }
}

const recordSchema = z.object({
  issuer: z.string(),
  subject: z.string(),
  audience: z.string(),
  /** The id of the Entra tenant. */
  entraTenant: z.string(),
  /** The tenant that has claimed the trust; the claim counts while that tenant's policy lists the trust. */
  owner: z.string(),
  /** Milliseconds since 1970. */
  claimed: z.number(),
});

/** A tenant's claim on a trust. It counts only while that tenant's policy lists the trust. */
export interface TrustClaim {
  readonly pins: TrustPins;
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly claimed: number;
}

/** A trust and its position in the tenant's list. */
interface ListedTrust {
  readonly trust: Trust;
  readonly position: number;
}

/** Compares two lists of trusts by their pins. */
export function compareTrusts(from: readonly Trust[], to: readonly Trust[]) {
  const listed = to.map((trust, position): ListedTrust => ({ trust, position }));
  return {
    added: listed.filter(({ trust }) => !findTrust(from, trust)),
    removed: from.filter((trust) => !findTrust(to, trust)),
  };
}

/** The claims on trusts. Promises reject with StoreError. */
export interface TrustRegistry {
  /** Finds the claim on a trust, from memory for a minute; changes by this instance show at once. */
  find(pins: TrustPins): Promise<TrustClaim | undefined>;
  /** Finds claims in an Entra tenant, up to `limits.trustsComparedMax`, from memory for a minute. */
  near(pins: Pick<TrustPins, 'tenantId'>): Promise<readonly TrustClaim[]>;
  /** Claims trusts before a tenant's policy lists them; rejects with TrustError if another tenant has one. */
  claim(tenantId: string, trusts: readonly ListedTrust[]): Promise<void>;
  /** Announces that a tenant's claims on trusts will be released. Yields those that are its own. */
  end(tenantId: string, trusts: readonly Trust[]): Promise<readonly Stored[]>;
  /** Removes claims, except those that were renewed since they were read. */
  release(claims: readonly Stored[]): Promise<void>;
}

/** The services with which the timer looks at claims that may have been left by a request that was cut off. */
interface ClaimReview extends TimerRun {
  readonly listed: (tenantId: string) => Promise<readonly Trust[]>;
}

/** Keeps the claims that are due if their tenants list the trusts, and removes the others. */
export async function reviewClaims({ listed, ...run }: ClaimReview): Promise<void> {
  const finish = async ({ document, version: ifVersion }: Stored) => {
    const { owner, pins } = toClaim({ document, version: ifVersion });
    const isListed = findTrust(await listed(owner), pins) !== undefined;
    const change: Change = isListed
      ? { op: 'replace', document: { ...document, due: undefined }, ifVersion }
      : { op: 'delete', kind, id: document.id, ifVersion };
    await commitOnce(run.store, partitionOf(document), [change]);
  };
  const tenantOf = ({ owner }: Document) => String(owner);
  await finishEachDue(run, [{ container: 'tokens', kind, finish, tenantOf }]);
}

interface RegistryServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  /** Reads the trusts that a tenant's policy lists, past any memory. */
  readonly listed: (tenantId: string) => Promise<readonly Trust[]>;
}

/**
 * Stores the tenant of each trust in a document that the claims of a token find. An interrupted change can
 * leave a claim that no policy lists. Such a claim admits no token, and after `limits.trustLeaseSeconds`
 * another tenant can take it. `reviewClaims` removes it.
 */
export function createTrustRegistry(services: RegistryServices): TrustRegistry {
  const { store, now } = services;
  const bounds = {
    now,
    // A stale claim could lead a token to the wrong tenant.
    staleSecondsMax: 0,
  };
  const claims = cached(async (place) => {
    const stored = await store.read(keyAt(place));
    return stored && toClaim(stored);
  }, bounds);
  const neighbours = cached((partition) => queryClaims(store, partition), bounds);
  const forget = ({ tenantId, id }: Pick<DocumentKey, 'tenantId' | 'id'>) => {
    claims.forget(`${tenantId} ${id}`);
    neighbours.forget(tenantId);
  };

  return {
    find: (pins) => claims.get(placeOf(pins)),
    near: async (pins) => (await neighbours.get(trustPartition(pins))) ?? [],

    async claim(tenantId, trusts) {
      // All claims are checked first, so that a refusal leaves no claim behind.
      for (const wanted of trusts) await readFree(services, tenantId, wanted);
      try {
        for (const wanted of trusts) await claim(services, tenantId, wanted);
      } finally {
        for (const { trust } of trusts) forget(keyAt(placeOf(trust)));
      }
    },

    async end(tenantId, trusts) {
      if (trusts.length === 0) return [];
      const places = trusts.map((trust) => keyAt(placeOf(trust)));
      const readOwn = async () =>
        (await store.readMany(places)).flatMap((one) =>
          one && toClaim(one).owner === tenantId ? [one] : [],
        );
      const set = { due: reviewTime(now()) };
      for (const { document } of await readOwn()) {
        const { id } = document;
        await commitOnce(store, partitionOf(document), [
          { op: 'increment', kind, id, by: {}, set, ifAbsent: 'fail' },
        ]);
      }
      return readOwn();
    },

    async release(ending) {
      for (const claimed of ending) await release(store, claimed).finally(() => forget(claimed.document));
    },
  };
}

/** Claims a trust. Renews the tenant's own claim too, so that a removal under way cannot release it. */
function claim(services: RegistryServices, tenantId: string, wanted: ListedTrust): Promise<void> {
  return retryLostRace(async () => {
    const standing = await readFree(services, tenantId, wanted);
    const document = claimDocument(wanted.trust, tenantId, services.now());
    await services.store.commit(partitionOf(document), [
      standing ? { op: 'replace', document, ifVersion: standing.version } : { op: 'create', document },
    ]);
  });
}

/** Reads a claim that a tenant may replace by its own; rejects with TrustError if it must not. */
async function readFree(
  { store, now, listed }: RegistryServices,
  tenantId: string,
  { trust, position }: ListedTrust,
): Promise<Stored | undefined> {
  const stored = await store.read(keyAt(placeOf(trust)));
  if (!stored) return undefined;
  const { owner, claimed } = toClaim(stored);
  if (owner === tenantId) return stored;
  const isLeased = now() - claimed < limits.trustLeaseSeconds * 1000;
  if (isLeased || findTrust(await listed(owner), trust)) throw new TrustError(position);
  return stored;
}

/** Removes a claim; ignores a StoreError, because no policy lists the trust any more. */
async function release(store: DocumentStore, { document, version }: Stored): Promise<void> {
  const { kind, id } = document;
  try {
    await store.commit(partitionOf(document), [{ op: 'delete', kind, id, ifVersion: version }]);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

async function queryClaims(
  store: DocumentStore,
  partition: string,
): Promise<readonly TrustClaim[] | undefined> {
  const limit = limits.trustsComparedMax;
  const page = await store.query({ container: 'tokens', tenantId: partition, kind, limit });
  return page.documents.length > 0 ? page.documents.map(toClaim) : undefined;
}

const kind = 'trust';

export { kind as trustKind };

/** Joins partition and id to the key of a claim in memory. */
function placeOf(pins: TrustPins): string {
  return `${trustPartition(pins)} ${trustId(pins)}`;
}

function keyAt(place: string): DocumentKey {
  const [tenantId = '', id = ''] = place.split(' ');
  return { container: 'tokens', tenantId, kind, id };
}

function partitionOf({ tenantId }: Document): Partition {
  return { container: 'tokens', tenantId };
}

function claimDocument(trust: Trust, owner: string, claimed: number): Document {
  const { issuer, subject, audience, tenantId: entraTenant } = trust;
  const { tenantId, id } = keyAt(placeOf(trust));
  const due = reviewTime(claimed);
  return { id, tenantId, kind, due, issuer, subject, audience, entraTenant, owner, claimed };
}

/** The time at which the request that has changed a claim is over. */
const reviewTime = (time: number) => time + limits.abandonedSeconds * 1_000;

function toClaim({ document }: Stored): TrustClaim {
  const { owner, claimed, entraTenant, ...pins } = recordSchema.parse(document);
  return { owner, claimed, pins: { ...pins, tenantId: entraTenant } };
}
