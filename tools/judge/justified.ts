/** A known failure, with the reason why the endpoint does not change. */
export interface Justification {
  readonly judge: string;
  /** The name of the check; any if absent. */
  readonly check?: string;
  /** The failures of the check that are meant, by their messages; any if absent. */
  readonly message?: RegExp;
  /** The profiles under which the check fails; all if absent. */
  readonly profiles?: readonly string[];
  readonly reason: string;
}

/** The failures that are not errors of the endpoint. */
const justified: readonly Justification[] = [
  {
    judge: 'scim2-tester',
    check: 'service_provider_config_endpoint',
    profiles: ['interop', 'ipsie'],
    reason:
      'The interoperability profile, which interop and ipsie follow, adds interopProfileConformant to the ' +
      'configuration. The suite stops at an attribute that is not in RFC 7643 5.',
  },
  {
    judge: 'scimverify',
    check: 'Groups: Returns errors when creating an invalid group',
    reason:
      'It expects invalidSyntax and a numeric status. RFC 7644 3.12 (table 9) has "invalidValue" for a required ' +
      'attribute without a value, and makes status a JSON string.',
  },
  {
    judge: 'scimverify',
    check: 'Groups: Assigns a user to a group',
    profiles: ['entra'],
    reason:
      'It expects 200. RFC 7644 3.5.2 also allows 204, which Entra ID asks for so that no group must be read.',
  },
  {
    judge: 'scim-sanity',
    check: 'PATCH /Groups/{id} add member',
    profiles: ['interop', 'ipsie', 'rfc', 'entra', 'okta', 'google'],
    reason:
      'It adds a member that names no resource and expects 200. RFC 7643 4.2 says that the value refers to a user or ' +
      'group, so Muster answers invalidValue. Four other profiles keep the member for later.',
  },
  ...['PATCH /Users/{id}', 'PATCH /Groups/{id}', 'PATCH /Groups/{id} remove members'].map((check) => ({
    judge: 'scim-sanity',
    check,
    profiles: ['entra'] as const,
    reason:
      'It expects 200. RFC 7644 3.5.2 also allows 204, which Entra ID takes, so that no memberships must be read.',
  })),
  {
    judge: 'microsoft',
    message: /must be (compared with )?true or false/,
    profiles: ['authentik', 'google', 'rfc', 'interop', 'ipsie'],
    reason:
      'Entra ID writes booleans as text, which RFC 7643 2.3.2 does not allow. Only the profiles of clients that are ' +
      'known to do so correct it.',
  },
  {
    judge: 'microsoft',
    message: /"manager" is not an attribute of User/,
    profiles: ['okta', 'onelogin', 'jumpcloud', 'authentik', 'google', 'rfc', 'interop', 'ipsie'],
    reason:
      'Entra ID leaves out the URN of the extension, which RFC 7644 3.10 requires. Only the profiles entra and ' +
      'generic add it.',
  },
  {
    judge: 'microsoft',
    message: /:manager must be an object/,
    profiles: ['google', 'rfc', 'interop', 'ipsie'],
    reason:
      'Entra ID sends the id of the manager as text. RFC 7643 4.3 has an object. Only the profiles of clients that ' +
      'are known to do so correct it.',
  },
  {
    judge: 'microsoft',
    message: /values that were not sent: emails\[type eq "work"\]\.value is "[^"]*@fabrikam\.example"$/,
    profiles: ['rfc', 'interop', 'ipsie'],
    reason:
      'The domain of an e-mail address is kept in small letters, its canonical form (RFC 7643 4.1.2). The profiles ' +
      'of clients keep values as they were sent.',
  },
  {
    judge: 'microsoft',
    message: /An operation needs a "path"/,
    profiles: ['interop', 'ipsie'],
    reason: 'The interoperability profile allows no operation without a path.',
  },
  ...['scim2-client', 'scim2-sdk-client'].map((judge) => ({
    judge,
    check: 'discovery',
    profiles: ['interop', 'ipsie'],
    reason:
      'The interoperability profile, which interop and ipsie follow, adds interopProfileConformant to the ' +
      'configuration. The library refuses an attribute that is not in RFC 7643 5.',
  })),
  ...['disable a user', 'enable a user'].map((check) => ({
    judge: 'scim-sdk-client',
    check,
    profiles: ['interop', 'ipsie', 'rfc', 'authentik', 'google'],
    reason:
      'The builder of the library sends the boolean as text, or in a list. RFC 7643 2.3.2 has true and false. ' +
      'generic and four more profiles take the text.',
  })),
  ...[
    'modify a user (PATCH)',
    'disable a user',
    'enable a user',
    'add a member',
    'remove a member',
    'rename a group',
    'empty a group (PATCH)',
  ].map((check) => ({
    judge: 'scim-sdk-client',
    check,
    profiles: ['entra'],
    reason:
      'The library takes 204 for a failure, and the change is made. RFC 7644 3.5.2 also allows 204, which Entra ID ' +
      'takes, so that no memberships must be read.',
  })),
];

/** Finds the reason for a failure that is justified under this profile. */
export function justificationOf(
  failure: { readonly judge: string; readonly check: string; readonly reason: string },
  profile: string,
): string | undefined {
  return justified.find(
    ({ judge, check = failure.check, message, profiles = [profile] }) =>
      judge === failure.judge &&
      check === failure.check &&
      profiles.includes(profile) &&
      (message?.test(failure.reason) ?? true),
  )?.reason;
}
