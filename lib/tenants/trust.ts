import { createHash } from 'node:crypto';
import * as z from 'zod';

const trustSchema = z.strictObject({
  issuer: z.url({ protocol: /^https$/ }).describe('The exact issuer of the tokens (`iss`).'),
  subject: z.string().min(1).describe('The exact subject (`sub`): the object id of the application.'),
  audience: z.string().min(1).describe('The exact audience (`aud`).'),
  tenantId: z.string().min(1).describe('The exact Entra tenant (`tid`).'),
  jwksUri: z.url({ protocol: /^https?$/ }).describe('Where the issuer publishes its signing keys.'),
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

/** Whose tokens a tenant accepts in place of a key (workload identity federation). */
export type Trust = z.infer<typeof trustSchema>;

/** What a token must say, to the letter, to be one of a trust's; leads to one tenant only. */
export type TrustPins = Omit<Trust, 'jwksUri'>;
/** The name of a claim, or of the Entra tenant, that a trust compares. */
export type PinName = keyof TrustPins;

const pinNames = ['issuer', 'subject', 'audience', 'tenantId'] as const satisfies readonly PinName[];

/** The id of a trust: a hash of what it pins. */
export function trustId(pins: TrustPins): string {
  return `trust:${hash(pinNames.map((name) => pins[name]))}`;
}

/** Tells the id of a trust from that of a key. */
export function isTrustId(id: string): boolean {
  return id.startsWith('trust:');
}

/** The partition of all trusts in one Entra tenant. */
export function trustPartition({ tenantId }: Pick<TrustPins, 'tenantId'>): string {
  return `trusts:${hash([tenantId])}`;
}

/** The names of what two trusts pin differently. */
export function differingPins(one: TrustPins, other: TrustPins): readonly PinName[] {
  return pinNames.filter((name) => one[name] !== other[name]);
}

/** The trust in a list that pins the same. */
export function findTrust(trusts: readonly Trust[], pins: TrustPins): Trust | undefined {
  return trusts.find((trust) => differingPins(trust, pins).length === 0);
}

/** Whether keys may be fetched from an address: its host is one of these, and nobody in between can change them. */
export function isKeySource(address: string, hosts: readonly string[]): boolean {
  const { protocol, host, hostname, username, password } = new URL(address);
  const isSafe = protocol === 'https:' || hostname === '127.0.0.1' || hostname === 'localhost';
  return isSafe && username + password === '' && hosts.includes(host);
}

function hash(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
}
