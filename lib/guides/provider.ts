import type { ClientProfile } from '../scim/quirks/quirk.ts';

/** The identity providers that have a guide, in the order of the index. */
export const providerIds = [
  'entra',
  'okta',
  'onelogin',
  'jumpcloud',
  'google',
  'authentik',
  'keycloak',
  'other',
] as const;
/** An identity provider that has a guide, or `other`. */
export type ProviderId = (typeof providerIds)[number];

/** The ways in which an identity provider can prove that a request is its own. */
export type Credential = 'federation' | 'clientCredentials' | 'bearerToken';

/** A value that the vendor hands to the customer's administrator. */
export type ValueId = 'tenantUrl' | 'secretToken' | 'tokenEndpoint' | 'clientId' | 'clientSecret' | 'scope';

/** The values that the form of the identity provider asks for, by the way to authenticate. */
export const credentialValues: Readonly<Record<Credential, readonly ValueId[]>> = {
  federation: ['tenantUrl', 'tokenEndpoint', 'clientId'],
  clientCredentials: ['tenantUrl', 'tokenEndpoint', 'clientId', 'clientSecret', 'scope'],
  bearerToken: ['tenantUrl', 'secretToken'],
};

/** An attribute that the identity provider can send. */
export interface MappedAttribute {
  /** A path of RFC 7644 3.10, such as `emails[type eq "work"].value`. */
  readonly attribute: string;
  /** The attribute or expression of the identity provider; absent if it needs no mapping, or no client is known. */
  readonly source?: string;
  /** True if most products need it, although the schema does not require it. */
  readonly advised?: true;
  /** False if no current source shows this mapping. */
  readonly checked?: false;
}

/** A page or file that a guide relies on. */
export interface Source {
  readonly title: string;
  readonly url: string;
  /** The date that the source itself carries, as YYYY-MM-DD or YYYY-MM; absent if it has none. */
  readonly dated?: string;
}

/** The facts about an identity provider that do not depend on a language. */
export interface Provider {
  readonly id: ProviderId;
  readonly name: string;
  /** The client profile that an endpoint should have for it. */
  readonly profile: ClientProfile;
  /** The ways to authenticate that it has; the recommended one is the first. */
  readonly credentials: readonly [Credential, ...Credential[]];
  readonly users: readonly MappedAttribute[];
  /** Empty if it sends no groups. */
  readonly groups: readonly MappedAttribute[];
  readonly sources: readonly Source[];
  /** The day on which the sources were read, as YYYY-MM-DD. */
  readonly read: string;
}
