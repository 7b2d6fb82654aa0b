/**
 * `absent`: no such key or tenant; `exhausted`: as many active keys as the policy allows; `validity`: too
 * short or long.
 */
export type KeyErrorKind = 'absent' | 'exhausted' | 'validity';

/** A refusal to change a tenant's keys; the message is meant for the caller and holds no part of a key. */
export class KeyError extends Error {
  readonly kind: KeyErrorKind;

  constructor(kind: KeyErrorKind, message: string) {
    super(message);
    this.name = 'KeyError';
    this.kind = kind;
  }
}
