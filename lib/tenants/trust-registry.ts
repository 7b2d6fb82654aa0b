import * as z from 'zod';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { cached } from '../keys/cached.ts';
import {
  type Document,
  type DocumentKey,
  type DocumentStore,
  type Partition,
  type Stored,
  StoreError,
} from '../store/document-store.ts';
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
  /** Reads a tenant's own claims among those on the given trusts. */
  claimsOf(tenantId: string, trusts: readonly Trust[]): Promise<readonly Stored[]>;
  /** Removes claims, except those that were renewed since they were read. */
  release(claims: readonly Stored[]): Promise<void>;
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
 * another tenant can take it.
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

    async claimsOf(tenantId, trusts) {
      if (trusts.length === 0) return [];
      const stored = await store.readMany(trusts.map((trust) => keyAt(placeOf(trust))));
      return stored.flatMap((one) => (one && toClaim(one).owner === tenantId ? [one] : []));
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
  return { id, tenantId, kind, issuer, subject, audience, entraTenant, owner, claimed };
}

function toClaim({ document }: Stored): TrustClaim {
  const { owner, claimed, entraTenant, ...pins } = recordSchema.parse(document);
  return { owner, claimed, pins: { ...pins, tenantId: entraTenant } };
}
