import * as z from 'zod';
import { keyRefSchema } from '../keys/key-list.ts';
import { keyDaysMax } from '../keys/lifecycle.ts';
import { clientProfiles } from '../scim/quirks/quirk.ts';

/** The paths that a SCIM endpoint may have; a tenant answers on its own only. */
export const endpointPaths = ['/scim', '/scim/v2', '/api/scim/v2'] as const;

export const policySchema = z.strictObject({
  /** Whether two groups of the tenant may not bear one name. */
  uniqueGroupNames: z.boolean().default(true),
  /** Days between a deletion and its end. */
  graceDays: z.int().min(0).max(365).default(30),
  keyDaysMax: z.int().min(1).max(keyDaysMax).default(keyDaysMax),
  activeKeysMax: z.int().min(1).max(10).default(2),
  /** Sets of schemas and resource types beyond the core ones, by their ids. */
  packs: z.array(z.string()).readonly().default([]),
});
export type Policy = Readonly<z.infer<typeof policySchema>>;

export const tenantIdForm = /^[0-9a-z][0-9a-z-]{0,63}$/;

export const tenantSchema = z.object({
  id: z.string().regex(tenantIdForm),
  name: z.string().trim().min(1).max(100),
  path: z.enum(endpointPaths).default('/scim/v2'),
  /** Who the tenant's client is, which decides the leniencies it meets. */
  profile: z.enum(clientProfiles).default('entra'),
  enabled: z.boolean().default(true),
  policy: policySchema.prefault({}),
  /** Decides which keys are active; see the lifecycle of keys. */
  keys: z.array(keyRefSchema).readonly().default([]),
});

/** A customer's directory with its own endpoint, policy and keys. */
export type Tenant = Readonly<z.infer<typeof tenantSchema>>;
/** What a tenant is made of; all but the name has a default. */
export type TenantInput = Omit<z.input<typeof tenantSchema>, 'id' | 'keys'>;
