import * as z from 'zod';
import { isActive, keyRefSchema } from '../keys/key-list.ts';
import { policySchema } from './policy.ts';

/** What the id of a tenant looks like: 1 to 64 small letters, digits and hyphens, the first no hyphen. */
export const tenantIdForm = /^[0-9a-z][0-9a-z-]{0,63}$/;

/** What people call a tenant, and whether its endpoint answers. */
export const tenantNames = {
  name: z.string().trim().min(1).max(100),
  identifier: z
    .string()
    .regex(
      /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
      'must start with a letter, then letters, digits and underscores only',
    )
    .describe('For people and scripts; derived from the name unless it is chosen.'),
  description: z.string().trim().max(500),
  enabled: z.boolean().describe('Whether the endpoint answers; otherwise every call is refused.'),
} as const;

/** A tenant as its document holds it. */
export const tenantSchema = z.object({
  id: z.string().regex(tenantIdForm),
  ...tenantNames,
  description: tenantNames.description.default(''),
  enabled: tenantNames.enabled.default(true),
  policy: policySchema.prefault({}),
  /** Decides which keys are active; see the lifecycle of keys. */
  keys: z.array(keyRefSchema).readonly().default([]),
});

/** A customer's directory with its own endpoint, policy and keys. */
export type Tenant = Readonly<z.infer<typeof tenantSchema>>;
/** What a tenant is made of; all but the name has a default. */
export type TenantInput = Omit<z.input<typeof tenantSchema>, 'id' | 'keys' | 'identifier'> & {
  readonly identifier?: string;
};

/** What of a tenant can be edited; what is absent or undefined stays. */
export type TenantEdit = {
  readonly [Name in keyof typeof tenantNames | 'policy']?: Tenant[Name] | undefined;
};

/** Whether clients can present tokens: for a client secret or by a trust; `now` in milliseconds since 1970. */
export function takesTokens({ keys, policy }: Tenant, now: number): boolean {
  return policy.trusts.length > 0 || keys.some((ref) => ref.kind === 'client' && isActive(ref, now));
}

/** The identifier that a name suggests: its letters and digits, with underscores between. */
export function identifierOf(name: string): string {
  const ascii = name.normalize('NFKD').replace(/\p{M}/gu, '');
  const words = ascii.replace(/[^A-Za-z0-9]+/g, '_').replace(/^[^A-Za-z]+|_+$/g, '');
  return words.slice(0, 64) || 'tenant';
}
