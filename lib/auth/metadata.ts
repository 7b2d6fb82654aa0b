import type { JsonObject } from '../scim/json.ts';
import { tokenScope } from './access-token.ts';
import { clientCredentialsGrant, exchangeGrant } from './token-request.ts';
import { assertionAlgorithms } from './verify-token.ts';

/** The path at which a client finds the metadata of the token endpoint (RFC 8414 3). */
export const serverMetadataPath = '/.well-known/oauth-authorization-server';

/** The path below which a client finds the metadata of an endpoint path such as `/scim/v2` (RFC 9728 3.1). */
export const resourceMetadataPath = '/.well-known/oauth-protected-resource';

/** The metadata of the token endpoint at an address (RFC 8414 2). `issuer` is `https://host`, without a path. */
export function authorizationServerMetadata(issuer: string, tokenEndpoint: string): JsonObject {
  return {
    issuer,
    token_endpoint: tokenEndpoint,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    grant_types_supported: [clientCredentialsGrant, exchangeGrant],
    // Required, although the token endpoint is the only one (RFC 8414 2).
    response_types_supported: [],
    scopes_supported: [tokenScope],
  };
}

/** The metadata of the SCIM endpoint at a path (RFC 9728 2). */
export function protectedResourceMetadata(issuer: string, path: string): JsonObject {
  return {
    resource: issuer + path,
    resource_name: 'SCIM 2.0',
    authorization_servers: [issuer],
    scopes_supported: [tokenScope],
    bearer_methods_supported: ['header'],
  };
}

/**
 * The challenge to a client at a path, which leads to the metadata of the endpoint (RFC 9728 5.1). It names an error
 * only if the client sent a credential (RFC 6750 3.1).
 */
export function challengeAt(issuer: string, path: string, hasCredential: boolean): string {
  const error = hasCredential ? 'error="invalid_token", ' : '';
  return `Bearer ${error}resource_metadata="${issuer}${resourceMetadataPath}${path}"`;
}
