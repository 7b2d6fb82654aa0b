/** A failure that is known, with the reason why the endpoint stays as it is. */
export interface Justification {
  readonly judge: string;
  readonly check: string;
  /** The profiles under which it fails; all when absent. */
  readonly profiles?: readonly string[];
  readonly reason: string;
}

/** Every failure that is not an error of the endpoint. */
const justified: readonly Justification[] = [
  {
    judge: 'scim2-tester',
    check: 'service_provider_config_endpoint',
    profiles: ['strict'],
    reason:
      'The interoperability profile that strict follows adds interopProfileConformant to the configuration, and the ' +
      'suite goes no further when it meets an attribute that is not in RFC 7643 5.',
  },
  {
    judge: 'scimverify',
    check: 'Groups: Returns errors when creating an invalid group',
    reason:
      'It wants invalidSyntax and a status that is a number. A required attribute without a value is "invalidValue" ' +
      'in RFC 7644 3.12 (table 9), and the same section has status as a JSON string.',
  },
  {
    judge: 'scimverify',
    check: 'Groups: Assigns a user to a group',
    profiles: ['entra'],
    reason:
      'It wants 200. RFC 7644 3.5.2 leaves 204 open, which Entra ID asks for so that no group need be read.',
  },
  {
    judge: 'scim-sanity',
    check: 'PATCH /Groups/{id} add member',
    profiles: ['strict', 'entra', 'okta', 'google'],
    reason:
      'It adds a member that names no resource and wants 200. RFC 7643 4.2 has the value refer to a user or group, ' +
      'so it is refused with invalidValue; onelogin, jumpcloud and authentik keep it for when the user comes.',
  },
  {
    judge: 'scim-sanity',
    check: 'PATCH /Groups/{id}',
    profiles: ['entra'],
    reason:
      'It wants 200. RFC 7644 3.5.2 leaves 204 open, which Entra ID asks for so that no group need be read.',
  },
  {
    judge: 'scim-sanity',
    check: 'PATCH /Groups/{id} remove members',
    profiles: ['entra'],
    reason:
      'It wants 200. RFC 7644 3.5.2 leaves 204 open, which Entra ID asks for so that no group need be read.',
  },
];

/** The reason of a failure that is justified under this profile. */
export function justificationOf(
  failure: { readonly judge: string; readonly check: string },
  profile: string,
): string | undefined {
  return justified.find(
    ({ judge, check, profiles = [profile] }) =>
      judge === failure.judge && check === failure.check && profiles.includes(profile),
  )?.reason;
}
