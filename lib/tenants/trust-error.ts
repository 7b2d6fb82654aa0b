/** A refusal of a trust that leads to another tenant already; the message is meant for the caller. */
export class TrustError extends Error {
  constructor(position: number) {
    super(
      `policy.trusts.${position} is of another tenant already: ` +
        'issuer, subject, audience and tenantId together lead to one tenant only',
    );
    this.name = 'TrustError';
  }
}
