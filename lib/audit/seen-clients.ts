import { LRUCache } from 'lru-cache';
import { atMost } from '../base/at-most.ts';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { type ClientSign, type RecognisedClient, recognisedClients } from '../scim/client-signs.ts';
import type { ClientProfile } from '../scim/quirks/quirk.ts';
import { type Actor, recordChange } from '../store/change-document.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { Change, Document, DocumentKey, DocumentStore, Stored } from '../store/document-store.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { tenantPartition } from '../tenants/tenant-documents.ts';
import { recognition } from './record.ts';

const kind = 'seen-clients';

/** The clients that a tenant's requests showed, while it had one profile. */
interface SeenDocument extends Document {
  readonly profile: ClientProfile;
  readonly clients: Readonly<Partial<Record<RecognisedClient, Seen>>>;
}

interface Seen {
  /** The id of the first sign. */
  readonly sign: string;
  /** ISO 8601 UTC. */
  readonly since: string;
}

/** A request in which a client showed itself. */
interface Sighting {
  readonly tenant: Tenant;
  readonly sign: ClientSign;
  readonly actor: Actor;
}

/** A client that does not fit the profile of its tenant. */
export interface Misfit {
  readonly tenant: string;
  readonly credential: string;
  readonly client: RecognisedClient;
  readonly profile: ClientProfile;
  readonly sign: string;
  readonly message: string;
}

interface SightingServices {
  readonly store: DocumentStore;
  readonly now: Clock;
  readonly newId: () => string;
  /** Called once for each client and profile of a tenant, by the instance that recorded it. */
  readonly misfit: (misfit: Misfit) => void;
  /** Called with the failure if a client could not be recorded. */
  readonly log: (cause: unknown) => void;
}

/** Remembers clients by their signs. It waits at most `limits.auditMillisecondsMax` and never rejects. */
type NoteClient = (sighting: Sighting) => Promise<void>;

/** Time after which an instance reads again if a client is written: the profile may have changed and changed back. */
const memoryMilliseconds = 3_600_000;

/**
 * Makes the memory of the clients of all tenants. A client is written once after each change of its tenant's profile.
 * If the profile does not fit, the same batch records that.
 */
export function createSeenClients(services: SightingServices): NoteClient {
  const known = new LRUCache<string, true>({
    max: limits.credentialCacheEntriesMax,
    ttl: memoryMilliseconds,
  });
  return async (sighting) => {
    const { tenant, sign } = sighting;
    const name = `${tenant.id} ${tenant.policy.endpoint.profile} ${sign.client}`;
    if (known.has(name)) return;
    known.set(name, true);
    const work = record(services, sighting).catch((cause) => {
      known.delete(name);
      services.log(cause);
    });
    await atMost(limits.auditMillisecondsMax, work);
  };
}

function record(services: SightingServices, sighting: Sighting): Promise<void> {
  const { store } = services;
  const { tenant, sign, actor } = sighting;
  const { client } = sign;
  const { profile } = tenant.policy.endpoint;
  return retryLostRace(async () => {
    const stored = await store.read(keyOf(tenant.id));
    const clients = clientsOf(stored, profile);
    if (clients[client]) return;
    const since = new Date(services.now()).toISOString();
    const document: SeenDocument = {
      ...{ id: kind, tenantId: tenant.id, kind, profile },
      clients: { ...clients, [client]: { sign: sign.id, since } },
    };
    const write: Change = stored
      ? { op: 'replace', document, ifVersion: stored.version }
      : { op: 'create', document };
    const isFit = fits(client, profile);
    const records = isFit ? [] : [misfitRecord(services, sighting)];
    await store.commit(tenantPartition(tenant.id), [write, ...records]);
    if (isFit) return;
    const message = adviceFor(client, profile);
    const { credential } = actor;
    services.misfit({ message, tenant: tenant.id, credential, client, profile, sign: sign.id });
  });
}

function misfitRecord({ now, newId }: SightingServices, { tenant, sign, actor }: Sighting): Change {
  const recording = { tenantId: tenant.id, now, newId, actor, auditLevel: 'debug' } as const;
  const detail = adviceFor(sign.client, tenant.policy.endpoint.profile);
  const facts = { operation: recognition, resourceType: 'Tenant', resource: tenant.id, detail };
  return recordChange(recording, facts);
}

/** The clients that a tenant's requests have shown since it got its profile, in the order of their names. */
export async function readSeenClients(store: DocumentStore, { id, policy }: Tenant) {
  const { profile } = policy.endpoint;
  const clients = clientsOf(await store.read(keyOf(id)), profile);
  return Object.entries(clients)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, seen]) => {
      const client = name as RecognisedClient;
      const advice = client === profile ? undefined : adviceFor(client, profile);
      return { client, name: recognisedClients[client], ...seen, fits: fits(client, profile), advice };
    });
}

/** Forgets the clients that a tenant's requests have shown. */
export async function forgetSeenClients(store: DocumentStore, tenantId: string): Promise<void> {
  await commitOnce(store, tenantPartition(tenantId), [{ op: 'delete', kind, id: kind }]);
}

function keyOf(tenantId: string): DocumentKey {
  return { ...tenantPartition(tenantId), kind, id: kind };
}

function clientsOf(stored: Stored | undefined, profile: ClientProfile): SeenDocument['clients'] {
  const document = stored?.document as SeenDocument | undefined;
  return document?.profile === profile ? document.clients : {};
}

/** `generic` fits every client, although the client's own profile fits better. */
function fits(client: RecognisedClient, profile: ClientProfile): boolean {
  return profile === client || profile === 'generic';
}

function adviceFor(client: RecognisedClient, profile: ClientProfile): string {
  return (
    `This looks like ${recognisedClients[client]}, and the profile of the tenant is ${profile}: set the profile with ` +
    `endpoint.profile=${client}`
  );
}
