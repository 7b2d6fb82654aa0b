/** What the token endpoint can refuse, with the status of each (RFC 6749 5.2 and RFC 8693 2.2.2). */
const oauthErrors = {
  invalid_request: 400,
  invalid_client: 401,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  invalid_target: 400,
} as const;

/** The word that a client of the token endpoint reads as `error`. */
export type OAuthErrorCode = keyof typeof oauthErrors;

/**
 * A refusal of the token endpoint; the message is meant for the client, without the characters `"` and `\`, which an
 * `error_description` must not have.
 */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  /** Whether the client tried HTTP Basic, which is then named as what it can try again. */
  readonly challenge: boolean;

  constructor(code: OAuthErrorCode, message: string, { challenge = false } = {}) {
    super(message);
    this.name = 'OAuthError';
    this.code = code;
    this.challenge = challenge;
  }

  get status(): number {
    return oauthErrors[this.code];
  }
}
