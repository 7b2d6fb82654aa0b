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
import { TrustError } from './trust-error.ts';

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

/** A change to the trusts of a tenant. */
interface TrustChange {
  readonly tenantId: string;
  readonly from: readonly Trust[];
  readonly to: readonly Trust[];
}

/** All reject with a StoreError. */
export interface TrustRegistry {
  /** The claim on a trust, from memory for a minute; what this instance wrote shows at once. */
  find(pins: TrustPins): Promise<TrustClaim | undefined>;
  /** Claims on trusts in the same Entra tenant, some at least, from memory for a minute. */
  near(pins: Pick<TrustPins, 'tenantId'>): Promise<readonly TrustClaim[]>;
  /**
   * Claims the trusts that are added, then writes the tenant, then gives free those that are removed. Cut off in
   * between it leaves claims that no policy lists, which are refused, and free for others once they are old.
   * Rejects with TrustError when a trust is another tenant's.
   */
  keep(change: TrustChange, write: () => Promise<void>): Promise<void>;
}

interface RegistryParts {
  readonly store: DocumentStore;
  readonly now: Clock;
  /** The trusts that a tenant lists, read past any memory. */
  readonly listed: (tenantId: string) => Promise<readonly Trust[]>;
}

/** Keeps which tenant each trust leads to, in a document each, which is found by what a token says. */
export function createTrustRegistry(parts: RegistryParts): TrustRegistry {
  const { store, now } = parts;
  const bounds = {
    now,
    entriesMax: limits.credentialCacheEntriesMax,
    secondsMax: limits.credentialCacheSecondsMax,
    missSecondsMax: limits.credentialMissSecondsMax,
    // Which tenant a token leads to has to be known.
    staleSecondsMax: 0,
  };
  const claims = cached(async (place) => toClaim(await store.read(keyAt(place))), bounds);
  const neighbours = cached((partition) => queryClaims(store, partition), bounds);
  const forget = (trusts: readonly Trust[]) => {
    for (const trust of trusts) {
      claims.forget(placeOf(trust));
      neighbours.forget(trustPartition(trust));
    }
  };

  return {
    find: (pins) => claims.get(placeOf(pins)),
    near: async (pins) => (await neighbours.get(trustPartition(pins))) ?? [],

    async keep({ tenantId, from, to }, write) {
      const added = to.flatMap((trust, position) =>
        findTrust(from, trust) ? [] : [{ trust, position, tenantId }],
      );
      const removed = from.filter((trust) => !findTrust(to, trust));
      if (added.length + removed.length === 0) return write();
      try {
        for (const wanted of added) await readFree(parts, wanted);
        for (const wanted of added) await claim(parts, wanted);
        const ending = await store.readMany(removed.map((trust) => keyAt(placeOf(trust))));
        await write();
        await release(store, ending, tenantId);
      } finally {
        forget([...added.map(({ trust }) => trust), ...removed]);
      }
    },
  };
}

interface WantedTrust {
  readonly trust: Trust;
  /** In the tenant's list. */
  readonly position: number;
  readonly tenantId: string;
}

/** Renews a claim of the tenant's own too, so that a removal that is still under way cannot give it free. */
function claim(parts: RegistryParts, wanted: WantedTrust): Promise<void> {
  return retryLostRace(async () => {
    const standing = await readFree(parts, wanted);
    const document = toDocument(wanted, parts.now());
    await parts.store.commit(partitionOf(document), [
      standing ? { op: 'replace', document, ifVersion: standing.version } : { op: 'create', document },
    ]);
  });
}

async function readFree(
  { store, now, listed }: RegistryParts,
  { trust, position, tenantId }: WantedTrust,
): Promise<Stored | undefined> {
  const stored = await store.read(keyAt(placeOf(trust)));
  const standing = toClaim(stored);
  if (!standing || standing.owner === tenantId) return stored;
  const isLeased = now() - standing.claimed < limits.trustLeaseSeconds * 1000;
  if (isLeased || findTrust(await listed(standing.owner), trust)) throw new TrustError(position);
  return stored;
}

/** What is not given free stays a claim that no policy lists, so a failure changes nothing. */
async function release(
  store: DocumentStore,
  claims: readonly (Stored | undefined)[],
  tenantId: string,
): Promise<void> {
  for (const stored of claims) {
    if (!stored || toClaim(stored)?.owner !== tenantId) continue;
    const { document, version } = stored;
    try {
      const { kind, id } = document;
      await store.commit(partitionOf(document), [{ op: 'delete', kind, id, ifVersion: version }]);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }
}

async function queryClaims(
  store: DocumentStore,
  partition: string,
): Promise<readonly TrustClaim[] | undefined> {
  const page = await store.query({
    ...{ container: 'tokens', tenantId: partition, kind },
    limit: limits.trustsComparedMax,
  });
  const claims = page.documents.flatMap((stored) => toClaim(stored) ?? []);
  return claims.length > 0 ? claims : undefined;
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

function toDocument({ trust, tenantId: owner }: WantedTrust, claimed: number): Document {
  const { issuer, subject, audience, tenantId: entraTenant } = trust;
  const { tenantId, id } = keyAt(placeOf(trust));
  return { id, tenantId, kind, issuer, subject, audience, entraTenant, owner, claimed };
}

function toClaim(stored: Stored | undefined): TrustClaim | undefined {
  if (!stored) return undefined;
  const { owner, claimed, entraTenant, ...pins } = recordSchema.parse(stored.document);
  return { owner, claimed, pins: { ...pins, tenantId: entraTenant } };
}
