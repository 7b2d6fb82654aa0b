import type { UsedKey } from '../keys/last-used.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** A tenant with the credential that was presented for it. */
export interface Holder {
  readonly tenant: Tenant;
  /** The id of the key or client secret, or of the trust. */
  readonly credential: string;
  /** The id of the user on whose behalf the client acts. */
  readonly subject?: string;
  /** The key or client secret whose use is to be noted. */
  readonly used?: UsedKey;
}
