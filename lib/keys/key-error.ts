/**
 * `absent`: there is no such key or tenant. `exhausted`: the tenant has as many active keys as its policy
 * allows. `validity`: the policy does not allow the requested period.
 */
export type KeyErrorKind = 'absent' | 'exhausted' | 'validity';

/** A refusal to change a tenant's keys. The client sees the message, which holds no part of a key. */
export class KeyError extends Error {
  readonly kind: KeyErrorKind;

  constructor(kind: KeyErrorKind, message: string) {
    super(message);
    this.name = 'KeyError';
    this.kind = kind;
  }
}
