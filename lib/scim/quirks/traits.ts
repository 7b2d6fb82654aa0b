import type { ClientProfile } from './quirk.ts';

/** The choices that suit a client best, where the RFCs allow more than one. */
export interface ProfileTraits {
  /** The answer to a PATCH of a user or group: the resource, or 204 without a body (RFC 7644 3.5.2). */
  readonly patchAnswer: 'resource' | 'none';
  /** The result of a POST with the unique value of an inactive user: it reactivates that user, or it is a conflict. */
  readonly returningUser: 'reactivate' | 'conflict';
  /** The treatment of a member that does not exist yet: it joins the group when it is created, or it is refused. */
  readonly unknownMember: 'keep' | 'refuse';
  /** If true, a key is accepted without the word Bearer before it. */
  readonly bareKey: boolean;
  /** If true, values are kept as they were sent; if false, in their canonical forms (RFC 7643 4.1.2). */
  readonly keepsAsSent: boolean;
  /** Attributes of users that are accepted and returned, but not listed in /Schemas. */
  readonly unlisted: readonly string[];
  /** Attributes of users that the endpoint does not have. */
  readonly absent: readonly string[];
  /** The treatment of a PATCH with an empty list of operations, which RFC 7644 3.5.2 does not allow. */
  readonly emptyPatch: 'accept' | 'refuse';
  /** The result of a `replace` whose filter selects nothing: the value is created, or 400 (RFC 7644 3.5.2.3). */
  readonly unmatchedReplace: 'create' | 'refuse';
  /** The form of a group without members: `members` is `[]`, or left out. RFC 7643 2.5 makes them equal. */
  readonly emptyMembers: 'shown' | 'omitted';
  /** If true, the interoperability profile applies, which forbids some of what RFC 7644 permits. */
  readonly interop: boolean;
  /** Attributes that several operations of a PATCH may name, in spite of the interoperability profile. */
  readonly repeatable: readonly string[];
}

const usual: ProfileTraits = {
  patchAnswer: 'resource',
  returningUser: 'conflict',
  unknownMember: 'refuse',
  bareKey: false,
  // Clients compare the values that they read with those that they sent, and send different ones again.
  keepsAsSent: true,
  unlisted: [],
  absent: [],
  emptyPatch: 'accept',
  emptyMembers: 'omitted',
  // Entra ID replaces the value of an e-mail that does not exist yet.
  unmatchedReplace: 'create',
  interop: false,
  repeatable: [],
};

/** No leniency. */
const exact: ProfileTraits = {
  ...usual,
  keepsAsSent: false,
  emptyPatch: 'refuse',
  unmatchedReplace: 'refuse',
};

/** The traits of each client; the sources are those in client-quirks.ts. */
export const profileTraits: Readonly<Record<ClientProfile, ProfileTraits>> = {
  // Entra wants no groups in answers, and needs no answer to a PATCH: it reads a resource before it changes it
  // (learn.microsoft.com/answers 1389417). It searches for a user before it creates one. Its "Test schema" refuses
  // these attributes of RFC 7643 8.7.1 (sourcegraph issue 62185, scimmy-routers issue 10).
  entra: { ...usual, patchAnswer: 'none', unlisted: ['password', 'emails.display'] },
  // Okta never deletes users: it sends a POST if one is assigned again. It sends the header token as it was entered.
  okta: { ...usual, returningUser: 'reactivate', bareKey: true },
  // OneLogin may send a group before its members exist.
  onelogin: { ...usual, returningUser: 'reactivate', unknownMember: 'keep' },
  jumpcloud: { ...usual, returningUser: 'reactivate', unknownMember: 'keep' },
  // After a 409, authentik searches for the user and uses it. It adds no members to a group that shows no `members`.
  authentik: { ...usual, unknownMember: 'keep', emptyMembers: 'shown' },
  google: { ...usual, returningUser: 'reactivate' },
  // Whatever one of these clients needs, where it harms no other.
  generic: {
    ...usual,
    returningUser: 'reactivate',
    unknownMember: 'keep',
    bareKey: true,
    emptyMembers: 'shown',
  },
  interop: { ...exact, interop: true },
  // IPSIE builds on the interoperability profile, forbids passwords, and asks for 50 operations on members in a PATCH.
  ipsie: { ...exact, interop: true, absent: ['password'], repeatable: ['members'] },
  rfc: exact,
};
