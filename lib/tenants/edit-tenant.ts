import { requireNoEnding } from '../keys/ending-error.ts';
import type { KeyRef } from '../keys/key-list.ts';
import type { KeyAct } from '../keys/scope.ts';
import { equalJson, type JsonValue } from '../scim/json.ts';
import { type ChangeFacts, type FollowUp, recordChange } from '../store/change-document.ts';
import type { Change } from '../store/document-store.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import { claimIdentifier, endClaim, isSameIdentifier, releaseClaim, requireFree } from './identifiers.ts';
import { type Tenant, type TenantEdit, tenantNames, tenantSchema } from './tenant.ts';
import {
  readVersion,
  recordingIn,
  type TenantScope,
  tenantDocument,
  tenantPartition,
} from './tenant-documents.ts';
import { compareTrusts } from './trust-registry.ts';

/** An edit of a tenant's names and policy, and the work elsewhere that follows from it. */
interface Editing {
  readonly change: (tenant: Tenant) => TenantEdit;
  readonly followUps: readonly FollowUp[];
}

/**
 * Claims the trusts and the identifier that are added, writes the tenant, and then releases those that are removed. If
 * this is cut off, claims that no tenant uses are undone. Rejects with TrustError, IdentifierError and EndingError.
 */
export function editTenant(
  scope: TenantScope,
  id: string,
  { change, followUps }: Editing,
): Promise<Tenant | undefined> {
  const { store, trusts } = scope;
  return retryLostRace(async () => {
    const current = await readVersion(store, id);
    if (!current) return undefined;
    const { tenant, version } = current;
    const edited = tenantSchema.parse({ ...tenant, ...named(change(tenant)) });
    const attributes = changedNames(tenant, edited);
    if (attributes.length === 0) return edited;
    const { added, removed } = compareTrusts(tenant.policy.trusts, edited.policy.trusts);
    if (added.length > 0) requireNoEnding(tenant);
    const isRenamed = !isSameIdentifier(tenant.identifier, edited.identifier);
    // Checked first, so that a refusal leaves no claim behind.
    if (isRenamed) await requireFree(scope, id, edited.identifier);
    await trusts.claim(id, added);
    if (isRenamed) await claimIdentifier(scope, id, edited.identifier);
    // Before the tenant is written, so that a claim that is renewed afterwards is not released.
    const ending = await trusts.end(id, removed);
    const former = isRenamed ? await endClaim(scope, id, tenant.identifier) : undefined;
    const facts = { operation: 'edit', resourceType: 'Tenant', resource: id, attributes, followUps };
    await replaceTenant(scope, edited, { ifVersion: version, facts });
    await trusts.release(ending);
    await releaseClaim(scope, former);
    return edited;
  });
}

/** A change of one of a tenant's lists of keys, and its operation. */
interface KeyEditing {
  readonly list: 'keys' | 'appKeys';
  readonly change: (tenant: Tenant) => readonly KeyRef[];
  readonly facts: Omit<KeyAct, 'actor'>;
}

/** Changes a list of keys. The timer looks at each key that it concerns. */
export function editKeys(
  scope: TenantScope,
  id: string,
  { list, change, facts }: KeyEditing,
): Promise<Tenant | undefined> {
  return retryLostRace(async () => {
    const current = await readVersion(scope.store, id);
    if (!current) return undefined;
    const { tenant, version } = current;
    const edited = { ...tenant, [list]: change(tenant) };
    const told = keyFacts(facts, list === 'keys' ? 'Key' : 'AppKey', [tenant[list], edited[list]]);
    if (told) await replaceTenant(scope, edited, { ifVersion: version, facts: told });
    return edited;
  });
}

/** The facts of a change of a list of keys, with a follow-up for each key that differs; `undefined` if none does. */
export function keyFacts(
  { operation, keyId: resource }: KeyEditing['facts'],
  resourceType: 'Key' | 'AppKey',
  [before, after]: readonly [readonly KeyRef[], readonly KeyRef[]],
): ChangeFacts | undefined {
  const followUps = changedKeys(before, after).map((key): FollowUp => `key:${key}`);
  return followUps.length === 0 ? undefined : { operation, resourceType, resource, followUps };
}

interface Replacement {
  readonly ifVersion: string;
  readonly facts: ChangeFacts;
  /** Other changes in the same batch. */
  readonly alongside?: readonly Change[];
}

/** Replaces a tenant and records it, in one batch. */
export async function replaceTenant(
  scope: TenantScope,
  tenant: Tenant,
  { ifVersion, facts, alongside = [] }: Replacement,
): Promise<void> {
  const partition = tenantPartition(tenant.id);
  await scope.store.commit(partition, [
    { op: 'replace', document: tenantDocument(tenant), ifVersion },
    recordChange(recordingIn(scope, partition), facts),
    ...alongside,
  ]);
}

/** Drops the undefined properties of an edit, which change nothing. */
function named(edit: TenantEdit): TenantEdit {
  return Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined));
}

/** Names what differs between two versions of a tenant, such as `name` or `policy.audit.level`. */
export function changedNames(before: Tenant, after: Tenant): readonly string[] {
  const names = Object.keys(tenantNames) as (keyof typeof tenantNames)[];
  const sections = Object.keys(after.policy) as (keyof Tenant['policy'])[];
  return [
    ...names.filter((name) => before[name] !== after[name]),
    ...sections.flatMap((section) =>
      changedIn(before.policy[section], after.policy[section]).map((name) => `policy.${section}${name}`),
    ),
  ];
}

/** Names the properties in which two values of one section differ; an empty name stands for a whole list. */
function changedIn(before: unknown, after: unknown): readonly string[] {
  const isSame = (a: unknown, b: unknown) => equalJson(plain(a), plain(b));
  if (Array.isArray(after)) return isSame(before, after) ? [] : [''];
  const [old, current] = [{ ...(before as object) }, { ...(after as object) }] as Record<string, unknown>[];
  const names = new Set([...Object.keys(old ?? {}), ...Object.keys(current ?? {})]);
  return [...names].filter((name) => !isSame(old?.[name], current?.[name])).map((name) => `.${name}`);
}

const plain = (value: unknown): JsonValue => JSON.parse(JSON.stringify(value ?? null));

/** The ids of the keys whose entries differ in the second list. */
function changedKeys(before: readonly KeyRef[], after: readonly KeyRef[]): readonly string[] {
  const entries = new Map(before.map((ref) => [ref.id, JSON.stringify(ref)]));
  const changed = after.filter((ref) => entries.get(ref.id) !== JSON.stringify(ref)).map(({ id }) => id);
  const kept = new Set(after.map(({ id }) => id));
  return [...changed, ...before.map(({ id }) => id).filter((id) => !kept.has(id))];
}
