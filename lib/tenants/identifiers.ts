import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { commitOnce } from '../store/commit-once.ts';
import {
  type Change,
  type Document,
  type DocumentKey,
  type DocumentStore,
  type Stored,
  StoreError,
} from '../store/document-store.ts';
import { queryAll } from '../store/query-all.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import { identifierOf } from './tenant.ts';
import { fromStored, readVersion, refKind, registry, tenantKey } from './tenant-documents.ts';

/** A refusal of an identifier that another tenant has. The client sees the message. */
export class IdentifierError extends Error {
  constructor(identifier: string) {
    super(`identifier "${identifier}" belongs to another tenant: choose another one`);
    this.name = 'IdentifierError';
  }
}

interface Registry {
  readonly store: DocumentStore;
  readonly now: Clock;
}

/** The kind of the claim of an identifier by one tenant, in the registry. */
export const identifierKind = 'identifier';
const markerKind = 'identifiers';

/** Tests if two identifiers are the same, whatever their case. */
export function isSameIdentifier(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Rejects with IdentifierError if another tenant has an identifier. Writes nothing. */
export async function requireFree(scope: Registry, tenantId: string, identifier: string): Promise<void> {
  const { isFree } = await readStanding(scope, tenantId, identifier);
  if (!isFree) throw new IdentifierError(identifier);
}

/**
 * Claims an identifier for a tenant before the tenant has it. A claim counts while its tenant has the identifier, and
 * for `limits.abandonedSeconds`. The timer removes the claim of a request that was cut off.
 *
 * Rejects with IdentifierError if another tenant has it.
 */
export async function claimIdentifier(scope: Registry, tenantId: string, identifier: string): Promise<void> {
  if (!(await tryClaim(scope, tenantId, identifier))) throw new IdentifierError(identifier);
}

/** Derives an identifier from a name and claims it, with a number at its end if others have the name. */
export async function claimDerived(scope: Registry, tenantId: string, name: string): Promise<string> {
  const derived = identifierOf(name);
  const numbered = ['', '_2', '_3', '_4', '_5', '_6', '_7', '_8', '_9'];
  for (const end of [...numbered, `_${tenantId.replace(/[^0-9a-z]/g, '').slice(-12)}`]) {
    const identifier = derived.slice(0, 64 - end.length) + end;
    if (await tryClaim(scope, tenantId, identifier)) return identifier;
  }
  throw new IdentifierError(derived);
}

/**
 * Announces that a tenant gives its identifier up, so that the timer looks at the claim if the request is cut off.
 * Yields the claim, if the tenant has it.
 */
export async function endClaim(
  { store, now }: Registry,
  tenantId: string,
  identifier: string,
): Promise<Stored | undefined> {
  const readOwn = async () => {
    const stored = await store.read(claimKey(identifier));
    return stored?.document.owner === tenantId ? stored : undefined;
  };
  const own = await readOwn();
  if (!own) return undefined;
  const { kind, id } = own.document;
  const set = { due: reviewTime(now()) };
  await commitOnce(store, registry, [{ op: 'increment', kind, id, by: {}, set, ifAbsent: 'fail' }]);
  return readOwn();
}

/** Removes a claim, unless it was renewed since it was read. Ignores a StoreError, because the timer does the same. */
export async function releaseClaim(
  { store }: Pick<Registry, 'store'>,
  claim: Stored | undefined,
): Promise<void> {
  if (!claim) return;
  const { kind, id } = claim.document;
  try {
    await store.commit(registry, [{ op: 'delete', kind, id, ifVersion: claim.version }]);
  } catch (thrown) {
    if (!(thrown instanceof StoreError)) throw thrown;
  }
}

/** Keeps a claim that is due if its tenant has the identifier, and removes it otherwise. */
export async function reviewClaim({ store }: Pick<Registry, 'store'>, stored: Stored): Promise<void> {
  const { document, version: ifVersion } = stored;
  const change: Change = (await isUsed(store, stored))
    ? { op: 'replace', document: { ...document, due: undefined }, ifVersion }
    : { op: 'delete', kind: identifierKind, id: document.id, ifVersion };
  await commitOnce(store, registry, [change]);
}

function tryClaim(scope: Registry, owner: string, identifier: string): Promise<boolean> {
  const { store, now } = scope;
  return retryLostRace(async () => {
    const { isFree, standing, marker } = await readStanding(scope, owner, identifier);
    if (!isFree) return false;
    const claimed = now();
    const document = { ...claimDocument(identifier, owner), claimed, due: reviewTime(claimed) };
    await store.commit(registry, [
      ...marker,
      standing ? { op: 'replace', document, ifVersion: standing.version } : { op: 'create', document },
    ]);
    return true;
  });
}

interface Standing {
  /** True if the tenant may have the identifier. */
  readonly isFree: boolean;
  /** The claim that there is. */
  readonly standing: Stored | undefined;
  /** The change that shows that all tenants have claimed their identifiers; none if it was made before. */
  readonly marker: readonly Change[];
}

async function readStanding(scope: Registry, owner: string, identifier: string): Promise<Standing> {
  const marker = await claimForAll(scope);
  const standing = await scope.store.read(claimKey(identifier));
  if (!standing || standing.document.owner === owner) return { isFree: true, standing, marker };
  const isFresh = scope.now() < reviewTime(Number(standing.document.claimed));
  return { isFree: !isFresh && !(await isUsed(scope.store, standing)), standing, marker };
}

async function isUsed(store: DocumentStore, { document }: Stored): Promise<boolean> {
  const owner = await readVersion(store, String(document.owner));
  return owner !== undefined && claimKey(owner.tenant.identifier).id === document.id;
}

/**
 * Claims the identifiers of tenants that have no claim because version 0.2.0 created them, once in a deployment. Of two
 * with the same identifier, the older has it. Yields the change that marks it as done.
 */
async function claimForAll({ store }: Registry): Promise<readonly Change[]> {
  if (await store.read({ ...registry, kind: markerKind, id: markerKind })) return [];
  const listed = queryAll(store, { ...registry, kind: refKind, limit: limits.pageSizeDefault });
  for await (const { document: ref } of listed) {
    const tenant = fromStored(await store.read(tenantKey(ref.id)));
    if (!tenant) continue;
    const document = { ...claimDocument(tenant.identifier, tenant.id), claimed: 0 };
    await commitOnce(store, registry, [{ op: 'create', document }]);
  }
  return [{ op: 'create', document: { id: markerKind, tenantId: registry.tenantId, kind: markerKind } }];
}

function claimKey(identifier: string): DocumentKey {
  return { ...registry, kind: identifierKind, id: `identifier:${identifier.toLowerCase()}` };
}

function claimDocument(identifier: string, owner: string): Document {
  const { container: _, ...key } = claimKey(identifier);
  return { ...key, owner };
}

/** The time at which the request that has made or ended a claim is over. */
const reviewTime = (time: number) => time + limits.abandonedSeconds * 1_000;
