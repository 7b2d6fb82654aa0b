import type { ClientProfile } from './quirk.ts';

/** Where the RFCs leave a choice, the one that a client fares best with. */
export interface ProfileTraits {
  /** Whether a modified group is answered with the group or with 204 (RFC 7644 3.5.2). */
  readonly groupAnswer: 'resource' | 'none';
  /** What a POST does that repeats the unique value of an inactive user. */
  readonly returningUser: 'reactivate' | 'conflict';
  /** What becomes of a member that names no resource yet. */
  readonly unknownMember: 'keep' | 'refuse';
  /** Whether a key without the word Bearer is taken for one with it. */
  readonly bareKey: boolean;
  /** Whether values are kept as they were sent; otherwise in their canonical forms (RFC 7643 4.1.2). */
  readonly keepsAsSent: boolean;
  /** Whether the interoperability profile holds, which forbids what RFC 7644 permits. */
  readonly interop: boolean;
}

const usual: ProfileTraits = {
  groupAnswer: 'resource',
  returningUser: 'conflict',
  unknownMember: 'refuse',
  bareKey: false,
  // Clients compare what they read with what they sent, and send again what differs.
  keepsAsSent: true,
  interop: false,
};

/** All that is known about a client beside its quirks; sources as in client-quirks.ts. */
export const profileTraits: Readonly<Record<ClientProfile, ProfileTraits>> = {
  // Entra does not want groups in answers, and looks for a user before it creates one.
  entra: { ...usual, groupAnswer: 'none' },
  // Okta never deletes users: one who is assigned again arrives by POST. It sends a header token as it was entered.
  okta: { ...usual, returningUser: 'reactivate', bareKey: true },
  // OneLogin may send a group before its members exist.
  onelogin: { ...usual, returningUser: 'reactivate', unknownMember: 'keep' },
  jumpcloud: { ...usual, returningUser: 'reactivate', unknownMember: 'keep' },
  // authentik reads 409 as a sign to look for the user and adopt it.
  authentik: { ...usual, unknownMember: 'keep' },
  google: { ...usual, returningUser: 'reactivate' },
  strict: { ...usual, keepsAsSent: false, interop: true },
};
