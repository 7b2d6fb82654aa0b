import type { DirectoryScope } from '../directory/scope.ts';
import type { ClientProfile } from '../scim/quirks/quirk.ts';
import type { ProfileTraits } from '../scim/quirks/traits.ts';
import type { RequestNotes } from '../scim/request-notes.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Passwords } from './password.ts';

/** Makes texts unreadable and unforgeable; what is sealed for one purpose opens for no other. */
interface Sealer {
  /** Answers in characters that a URL leaves as they are (RFC 3986 2.3). */
  seal(text: string, purpose: string): Promise<string>;
  /** `undefined` for what was not sealed for the purpose. */
  open(sealed: string, purpose: string): Promise<string | undefined>;
}

/** What an operation works in: the tenant of the authenticated client and its directory. */
export interface Context {
  readonly tenant: Tenant;
  /** The id of the user on whose behalf the client acts. */
  readonly subject?: string;
  /** The resource types that the tenant's endpoint offers. */
  readonly types: readonly ResourceType[];
  readonly directory: DirectoryScope;
  readonly profile: ClientProfile;
  readonly traits: ProfileTraits;
  readonly passwords: Passwords;
  /** A keyed hash, so that what is kept of a request tells nothing of what was in it. */
  readonly fingerprint: (text: string) => Promise<string>;
  readonly sealer: Sealer;
  readonly notes: RequestNotes;
  /** The tenant URL, without a slash at its end. */
  readonly baseUrl: string;
}
