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

/** A refusal of a trust that leads to another tenant already; the message is meant for the caller. */
export class TrustError extends Error {
  constructor(position: number) {
    super(
      `policy.trusts.${position} is of another tenant already: ` +
        'issuer, subject, audience and tenantId together lead to one tenant only',
    );
    this.name = 'TrustError';
  }
}

const recordSchema = z.object({
  issuer: z.string(),
  subject: z.string(),
  audience: z.string(),
  /** Of Entra ID. */
  entraTenant: z.string(),
  /** The tenant that has claimed the trust; it counts only while that tenant's policy lists it. */
  owner: z.string(),
  /** Milliseconds since 1970. */
  claimed: z.number(),
});

/** Which tenant has claimed a trust, and when (milliseconds since 1970); its policy has the last word. */
export interface TrustClaim {
  readonly pins: TrustPins;
  readonly owner: string;
  readonly claimed: number;
}

/** A trust and its position in the tenant's list. */
interface ListedTrust {
  readonly trust: Trust;
  readonly position: number;
}

/** Compares two lists of trusts by what they pin. */
export function compareTrusts(from: readonly Trust[], to: readonly Trust[]) {
  const listed = to.map((trust, position): ListedTrust => ({ trust, position }));
  return {
    added: listed.filter(({ trust }) => !findTrust(from, trust)),
    removed: from.filter((trust) => !findTrust(to, trust)),
  };
}

/** All reject with a StoreError. */
export interface TrustRegistry {
  /** The claim on a trust, from memory for a minute; what this instance wrote shows at once. */
  find(pins: TrustPins): Promise<TrustClaim | undefined>;
  /** Claims on trusts in the same Entra tenant, some at least, from memory for a minute. */
  near(pins: Pick<TrustPins, 'tenantId'>): Promise<readonly TrustClaim[]>;
  /** Claims trusts for a tenant that is about to list them; rejects with TrustError when one is another tenant's. */
  claim(tenantId: string, trusts: readonly ListedTrust[]): Promise<void>;
  /** Reads the claims that a tenant has on trusts. */
  claimsOf(tenantId: string, trusts: readonly Trust[]): Promise<readonly Stored[]>;
  /** Removes claims, but for those that were renewed since they were read. */
  release(claims: readonly Stored[]): Promise<void>;
}

interface RegistryServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  /** The trusts that a tenant lists, read past any memory. */
  readonly listed: (tenantId: string) => Promise<readonly Trust[]>;
}

/**
 * Keeps which tenant each trust leads to, in a document each, which is found by what a token says. A claim that no
 * policy lists, since a change was cut off, is refused, and free for others once it is old.
 */
export function createTrustRegistry(services: RegistryServices): TrustRegistry {
  const { store, now } = services;
  const bounds = {
    now,
    // Which tenant a token leads to has to be known.
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
      // All of them are looked at first, so that a refusal leaves no claim behind.
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

/** Renews a claim of the tenant's own too, so that a removal that is still under way cannot end it. */
function claim(services: RegistryServices, tenantId: string, wanted: ListedTrust): Promise<void> {
  return retryLostRace(async () => {
    const standing = await readFree(services, tenantId, wanted);
    const document = claimDocument(wanted.trust, tenantId, services.now());
    await services.store.commit(partitionOf(document), [
      standing ? { op: 'replace', document, ifVersion: standing.version } : { op: 'create', document },
    ]);
  });
}

/** Reads the claim that a tenant may replace by its own; rejects with TrustError when it may not. */
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

/** A claim that stays is one that no policy lists, so a failure changes nothing. */
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

/** Partition and id as one text, by which the memory finds a claim. */
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
