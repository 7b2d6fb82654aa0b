import { readWhole } from '../directory/read-whole.ts';
import type { StoredResource } from '../directory/resources.ts';
import { notFound, ScimError } from '../scim/errors.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { matchesVersion, versionOf } from '../scim/version.ts';
import type { Turn } from '../store/turns.ts';
import type { Context } from './context.ts';

/** The resource of a command, and the version that the client expects it to have (RFC 7644 3.14). */
export interface Target {
  readonly type: ResourceType;
  readonly id: string;
  /** The `If-Match` header. */
  readonly ifMatch?: string;
  /** The `If-None-Match` header. A write fails if the resource has this version (RFC 9110 13.1.2). */
  readonly ifNoneMatch?: string;
}

/** Reads the resource of a command. Throws ScimError `notFound` or `versionMismatch`. */
export async function requireTarget(context: Context, target: Target): Promise<StoredResource> {
  const stored = await readWhole(context.directory, target.type, target.id);
  if (!stored) throw notFound(`${target.type.name} "${target.id.slice(0, 64)}" does not exist`);
  requireVersion(versionOf(stored.document.revision), target);
  return stored;
}

/** Throws ScimError `versionMismatch` if a header of the target excludes this version (RFC 7644 3.14). */
export function requireVersion(version: string, { ifMatch = '*', ifNoneMatch = '' }: Target): void {
  if (matchesVersion(ifMatch, version) && !matchesVersion(ifNoneMatch, version)) return;
  throw new ScimError('versionMismatch');
}

/** Recognises a write that depends on the version. It must fail if the resource changes after the read. */
export function isConditional({ ifMatch, ifNoneMatch }: Target): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined;
}

/** The turn of a writer of a resource. `isShared` lets it run beside others that are shared too. */
export function turnOf({ directory }: Context, id: string, { isShared = false } = {}): Turn {
  return { resource: `${directory.tenantId} ${id}`, isShared };
}
