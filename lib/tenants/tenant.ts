import * as z from 'zod';
import { isActive, keyRefSchema } from '../keys/key-list.ts';
import { policySchema } from './policy.ts';

/** The form of a tenant's id: 1 to 64 lower-case letters, digits and hyphens, no hyphen first. */
export const tenantIdForm = /^[0-9a-z][0-9a-z-]{0,63}$/;

/** The names of a tenant, and the switch of its endpoint. */
export const tenantNames = {
  name: z.string().trim().min(1).max(100),
  identifier: z
    .string()
    .regex(
      /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
      'must start with a letter, then letters, digits and underscores only, at most 64',
    )
    .describe('A name for people and scripts; derived from `name` if it is left out.'),
  description: z.string().trim().max(500),
  enabled: z.boolean().describe('If false, the endpoint refuses every request.'),
} as const;

/** The ending of a tenant's synchronisation; times in milliseconds since 1970. */
const endingSchema = z.object({
  since: z.number(),
  /** The time from which nobody can write for the synchronisation any more. */
  until: z.number(),
});

/** A tenant as its document holds it. */
export const tenantSchema = z.object({
  id: z.string().regex(tenantIdForm),
  ...tenantNames,
  description: tenantNames.description.default(''),
  enabled: tenantNames.enabled.default(true),
  policy: policySchema.prefault({}),
  /** The list that decides which keys are active. */
  keys: z.array(keyRefSchema).readonly().default([]),
  /** The same for the app keys of the tenant. */
  appKeys: z.array(keyRefSchema).readonly().default([]),
  /** Present while the synchronisation ends. Then no key or trust is added, and no account follows from a user. */
  ending: endingSchema.optional(),
  /** The time in milliseconds since 1970 from which nobody could write for the last synchronisation that has ended. */
  ended: z.number().optional(),
});

/** A customer's directory with its own endpoint, policy and keys. */
export type Tenant = Readonly<z.infer<typeof tenantSchema>>;
/** The properties of a new tenant; all but the name have defaults. */
export type TenantInput = Omit<
  z.input<typeof tenantSchema>,
  'id' | 'keys' | 'appKeys' | 'ending' | 'ended' | 'identifier'
> & {
  readonly identifier?: string;
};

/** The changes of an edit; properties that are absent or undefined stay as they are. */
export type TenantEdit = {
  readonly [Name in keyof typeof tenantNames | 'policy']?: Tenant[Name] | undefined;
};

/** The name by which users know the product: of the policy, or else that of the tenant. */
export function productOf({ name, policy }: Tenant): string {
  return policy.notifications.product ?? name;
}

/** Tests if a tenant has a trust or an active client secret; `now` is in milliseconds since 1970. */
export function takesTokens({ keys, policy }: Tenant, now: number): boolean {
  return policy.trusts.length > 0 || keys.some((ref) => ref.kind === 'client' && isActive(ref, now));
}

/** Derives an identifier from a name: its letters and digits, joined by underscores. */
export function identifierOf(name: string): string {
  const ascii = name.normalize('NFKD').replace(/\p{M}/gu, '');
  const words = ascii.replace(/[^A-Za-z0-9]+/g, '_').replace(/^[^A-Za-z]+|_+$/g, '');
  return words.slice(0, 64) || 'tenant';
}
