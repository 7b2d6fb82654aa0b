import type { DirectoryScope } from '../directory/scope.ts';
import type { ClientProfile } from '../scim/quirks/quirk.ts';
import type { ProfileTraits } from '../scim/quirks/traits.ts';
import type { RequestNotes } from '../scim/request-notes.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Passwords } from './password.ts';

/** Encrypts texts so that nobody else can read or forge them. A text sealed for one purpose opens for no other. */
interface Sealer {
  /** Yields only characters that a URL does not escape (RFC 3986 2.3). */
  seal(text: string, purpose: string): Promise<string>;
  /** Yields `undefined` if the text was not sealed here for this purpose. */
  open(sealed: string, purpose: string): Promise<string | undefined>;
}

/** The surroundings of an operation: the tenant of the authenticated client, and its directory. */
export interface Context {
  readonly tenant: Tenant;
  /** The id of the user for whom the client acts; absent if it acts for itself. */
  readonly subject?: string;
  /** The resource types that the tenant's endpoint offers. */
  readonly types: readonly ResourceType[];
  readonly directory: DirectoryScope;
  readonly profile: ClientProfile;
  readonly traits: ProfileTraits;
  readonly passwords: Passwords;
  /** A keyed hash, so that a stored fingerprint reveals nothing about the request. */
  readonly fingerprint: (text: string) => Promise<string>;
  readonly sealer: Sealer;
  readonly notes: RequestNotes;
  /** The tenant URL, without a slash at its end. */
  readonly baseUrl: string;
}
