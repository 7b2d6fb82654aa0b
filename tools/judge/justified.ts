/** A known failure, with the reason why the endpoint does not change. */
export interface Justification {
  readonly judge: string;
  readonly check: string;
  /** The profiles under which the check fails; all if absent. */
  readonly profiles?: readonly string[];
  readonly reason: string;
}

/** The failures that are not errors of the endpoint. */
const justified: readonly Justification[] = [
  {
    judge: 'scim2-tester',
    check: 'service_provider_config_endpoint',
    profiles: ['interop'],
    reason:
      'The interoperability profile that interop follows adds interopProfileConformant to the configuration. The ' +
      'suite stops at an attribute that is not in RFC 7643 5.',
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
    profiles: ['interop', 'rfc', 'entra', 'okta', 'google'],
    reason:
      'It adds a member that names no resource and expects 200. RFC 7643 4.2 says that the value refers to a user or ' +
      'group, so Muster answers invalidValue. Four other profiles keep the member for later.',
  },
  {
    judge: 'scim-sanity',
    check: 'PATCH /Groups/{id}',
    profiles: ['entra'],
    reason:
      'It expects 200. RFC 7644 3.5.2 also allows 204, which Entra ID asks for so that no group must be read.',
  },
  {
    judge: 'scim-sanity',
    check: 'PATCH /Groups/{id} remove members',
    profiles: ['entra'],
    reason:
      'It expects 200. RFC 7644 3.5.2 also allows 204, which Entra ID asks for so that no group must be read.',
  },
  ...['scim2-client', 'scim2-sdk-client'].map((judge) => ({
    judge,
    check: 'discovery',
    profiles: ['interop'],
    reason:
      'The interoperability profile that interop follows adds interopProfileConformant to the configuration. The ' +
      'library refuses an attribute that is not in RFC 7643 5.',
  })),
  ...['disable a user', 'enable a user'].map((check) => ({
    judge: 'scim-sdk-client',
    check,
    profiles: ['interop', 'rfc', 'authentik', 'google'],
    reason:
      'The builder of the library sends the boolean as text, or in a list. RFC 7643 2.3.2 has true and false. ' +
      'generic and four more profiles take the text.',
  })),
  ...['add a member', 'remove a member', 'rename a group', 'empty a group (PATCH)'].map((check) => ({
    judge: 'scim-sdk-client',
    check,
    profiles: ['entra'],
    reason:
      'The library takes 204 for a failure, and the change is made. RFC 7644 3.5.2 also allows 204, which Entra ID ' +
      'asks for so that no group must be read.',
  })),
];

/** Finds the reason for a failure that is justified under this profile. */
export function justificationOf(
  failure: { readonly judge: string; readonly check: string },
  profile: string,
): string | undefined {
  return justified.find(
    ({ judge, check, profiles = [profile] }) =>
      judge === failure.judge && check === failure.check && profiles.includes(profile),
  )?.reason;
}
