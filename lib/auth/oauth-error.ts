import type { CredentialRefused } from './refusal.ts';

/** The HTTP status of each error code of the token endpoint (RFC 6749 5.2, RFC 8693 2.2.2). */
export const oauthErrors = {
  invalid_request: 400,
  invalid_client: 401,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  invalid_target: 400,
} as const;

/** The value of `error` in an answer of the token endpoint. */
export type OAuthErrorCode = keyof typeof oauthErrors;

interface OAuthErrorOptions {
  readonly challenge?: boolean;
  /** The refused credential, for the audit trail. */
  readonly cause?: CredentialRefused;
}

/**
 * A refusal of the token endpoint. The client gets the message as `error_description`, so it must not contain
 * the characters `"` and `\`.
 */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  /** True if the client used HTTP Basic; the answer then has a `WWW-Authenticate` header. */
  readonly challenge: boolean;

  constructor(code: OAuthErrorCode, message: string, { challenge = false, cause }: OAuthErrorOptions = {}) {
    super(message, { cause });
    this.name = 'OAuthError';
    this.code = code;
    this.challenge = challenge;
  }

  get status(): number {
    return oauthErrors[this.code];
  }
}
