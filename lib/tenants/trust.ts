import { createHash } from 'node:crypto';
import * as z from 'zod';
import { isLoopback } from '../base/loopback.ts';

const trustSchema = z.strictObject({
  issuer: z
    .url({ protocol: /^https$/, error: 'must be an address that begins with https://' })
    .describe('Exact issuer of the tokens (`iss`).'),
  subject: z.string().min(1).describe('Exact subject (`sub`): the object id of the application.'),
  audience: z.string().min(1).describe('Exact audience (`aud`).'),
  tenantId: z.string().min(1).describe('Exact Entra tenant (`tid`).'),
  jwksUri: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with https://' })
    .describe('Address at which the issuer publishes its signing keys.'),
});

/** The section of a policy that lists trusts. */
export const trustsSchema = z
  .array(trustSchema)
  .max(20)
  .refine(
    (trusts) => new Set(trusts.map(trustId)).size === trusts.length,
    'two trusts must differ in issuer, subject, audience or tenantId',
  )
  .readonly()
  .default([]);

/** An application whose tokens a tenant accepts instead of a key (workload identity federation). */
export type Trust = z.infer<typeof trustSchema>;

/** The claims that a token must have exactly to match a trust. They belong to one tenant only. */
export type TrustPins = Omit<Trust, 'jwksUri'>;
/** The name of a pinned claim. */
export type PinName = keyof TrustPins;

const pinNames = ['issuer', 'subject', 'audience', 'tenantId'] as const satisfies readonly PinName[];

/** Computes the id of a trust, a hash of its pins. */
export function trustId(pins: TrustPins): string {
  return `trust:${hash(pinNames.map((name) => pins[name]))}`;
}

/** Tests if an id is that of a trust and not of a key. */
export function isTrustId(id: string): boolean {
  return id.startsWith('trust:');
}

/** Names the partition of all trusts in one Entra tenant. */
export function trustPartition({ tenantId }: Pick<TrustPins, 'tenantId'>): string {
  return `trusts:${hash([tenantId])}`;
}

/** Lists the names of the pins in which two trusts differ. */
export function differingPins(one: TrustPins, other: TrustPins): readonly PinName[] {
  return pinNames.filter((name) => one[name] !== other[name]);
}

/** Finds the trust with the given pins in a list. */
export function findTrust(trusts: readonly Trust[], pins: TrustPins): Trust | undefined {
  return trusts.find((trust) => differingPins(trust, pins).length === 0);
}

/** Tests if keys may be fetched from an address: by HTTPS or from this machine, and from one of the hosts. */
export function isKeySource(address: string, hosts: readonly string[]): boolean {
  const { protocol, host, hostname, username, password } = new URL(address);
  const isSafe = protocol === 'https:' || isLoopback(hostname);
  return isSafe && username + password === '' && hosts.includes(host);
}

function hash(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
}
