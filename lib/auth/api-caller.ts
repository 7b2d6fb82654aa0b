import { parseKey } from '../keys/key-format.ts';
import type { AppAccess } from '../keys/key-record.ts';
import { ScimError } from '../scim/errors.ts';
import { allTenants } from '../tenants/app-keys.ts';
import { findAppKey } from './holder.ts';
import type { KeySets } from './key-sets.ts';
import { createOperators } from './operators.ts';
import { isRefusal } from './refusal.ts';
import type { AuthScope } from './scope.ts';

/** A product that presents an app key. */
export interface Product {
  readonly keyId: string;
  readonly label: string;
  readonly access: AppAccess;
  /** The only tenant that the key is for; absent from a key for all tenants. */
  readonly tenantId?: string;
}

/** A caller of `/api/v1`: a product, or an operator as `entra:` and the object id. */
type ApiCaller =
  | { readonly product: Product; readonly operator?: undefined }
  | { readonly product?: undefined; readonly operator: string };

/**
 * Authenticates a caller of `/api/v1` by an `Authorization` header. Rejects with ScimError `unauthenticated`, which is
 * the same for all reasons, and as the authentication of operators does.
 */
type AuthenticateApiCaller = (authorization: string | undefined, requestId: string) => Promise<ApiCaller>;

const advice =
  'The header Authorization must be Bearer and an app key of this deployment, or an Entra ID token of an operator: ' +
  'ask an operator for an app key that is not revoked and has not expired';

const unauthenticated = () =>
  new ScimError('unauthenticated', { detail: advice, headers: { 'WWW-Authenticate': 'Bearer' } });

/** Creates a function that authenticates callers of `/api/v1`. It tells them apart by the form of what they present. */
export function createApiCallers(scope: AuthScope, keySets: KeySets): AuthenticateApiCaller {
  const authenticateOperator = createOperators(scope, keySets, { at: 'api', unauthenticated });
  return async (authorization, requestId) => {
    const [, text = ''] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    const key = parseKey(text);
    if (!key) return { operator: await authenticateOperator(authorization, requestId) };
    const found = await findAppKey(scope, key);
    if (isRefusal(found)) {
      scope.refused?.({ ...found, requestId, at: 'api' });
      throw unauthenticated();
    }
    scope.keys.markUsed(found);
    const { keyId, label, access = 'read', tenantId } = found;
    return { product: { keyId, label, access, tenantId: tenantId === allTenants ? undefined : tenantId } };
  };
}
