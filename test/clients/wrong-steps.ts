import type { ClientProfile } from '../../lib/scim/quirks/quirk.ts';
import type { ClientName } from '../../tools/client/clients.ts';

/** A step of a client whose answer is wrong with profiles that are not made for the client. */
export interface WrongStep {
  readonly client: ClientName;
  /** The row of the report. */
  readonly step: string;
  /** The answer, as the report shows it. */
  readonly got: string;
  readonly profiles: readonly ClientProfile[];
}

/** The profiles that tolerate none of authentik's shapes. */
const notAuthentik: readonly ClientProfile[] = [
  'entra',
  'okta',
  'onelogin',
  'jumpcloud',
  'google',
  'interop',
  'ipsie',
  'rfc',
];
/** The profiles that tolerate none of Entra ID's own filters and paths. */
const notEntra: readonly ClientProfile[] = [
  'okta',
  'onelogin',
  'jumpcloud',
  'authentik',
  'google',
  'interop',
  'ipsie',
  'rfc',
];

/**
 * All answers that a client does not expect, by the profile of its tenant. With all other profiles, each is right. If
 * there is a new profile, the matrix prints the rows that need its name.
 */
export const wrongSteps: readonly WrongStep[] = [
  {
    client: 'okta',
    step: 'POST inactive user',
    got: '409 uniqueness',
    profiles: ['entra', 'authentik', 'interop', 'rfc'],
  },
  {
    client: 'okta',
    step: 'POST user',
    got: '400 invalidSyntax',
    profiles: ['ipsie'],
  },
  {
    client: 'okta',
    step: 'POST inactive user',
    got: '400 invalidSyntax',
    profiles: ['ipsie'],
  },
  {
    client: 'okta',
    step: 'PATCH user: password',
    got: '400 invalidSyntax',
    profiles: ['interop'],
  },
  {
    client: 'okta',
    step: 'PATCH user: deactivate',
    got: '400 invalidSyntax',
    profiles: ['interop'],
  },
  {
    client: 'okta',
    step: 'PATCH user: activate',
    got: '400 invalidSyntax',
    profiles: ['interop'],
  },
  {
    client: 'okta',
    step: 'PATCH group: name',
    got: '400 invalidSyntax',
    profiles: ['interop', 'ipsie'],
  },
  {
    client: 'onelogin',
    step: 'PATCH group: add a member that does not exist yet',
    got: '400 invalidValue',
    profiles: ['entra', 'okta', 'google', 'interop', 'ipsie', 'rfc'],
  },
  {
    client: 'onelogin',
    step: 'POST user',
    got: '400 invalidValue',
    profiles: ['google', 'rfc'],
  },
  {
    client: 'onelogin',
    step: 'POST user',
    got: '400 invalidSyntax',
    profiles: ['interop', 'ipsie'],
  },
  {
    client: 'onelogin',
    step: 'POST user: older URNs',
    got: '400 invalidSyntax',
    profiles: ['entra', 'okta', 'jumpcloud', 'authentik', 'interop', 'ipsie', 'rfc'],
  },
  {
    client: 'onelogin',
    step: 'POST user: older URNs',
    got: '400 invalidValue',
    profiles: ['google'],
  },
  {
    client: 'google',
    step: 'PATCH user: suspend',
    got: '400 invalidSyntax',
    profiles: ['entra', 'okta', 'jumpcloud', 'authentik', 'rfc'],
  },
  {
    client: 'google',
    step: 'POST user',
    got: '400 invalidSyntax',
    profiles: ['interop', 'ipsie'],
  },
  {
    client: 'authentik',
    step: 'PATCH user: whole',
    got: '400 invalidSyntax',
    profiles: notAuthentik,
  },
  {
    client: 'authentik',
    step: 'PATCH group: whole',
    got: '400 invalidSyntax',
    profiles: notAuthentik,
  },
  {
    client: 'authentik',
    step: 'GET group: members',
    got: 'none: authentik adds nobody',
    profiles: notAuthentik,
  },
  {
    client: 'authentik',
    step: 'PATCH group: add members',
    got: '400 invalidSyntax',
    profiles: notAuthentik,
  },
  {
    client: 'authentik',
    step: 'PATCH group: remove members',
    got: '400 invalidSyntax',
    profiles: notAuthentik,
  },
  {
    client: 'authentik',
    step: 'GET /Users?filter=userName eq unquoted',
    got: '400 invalidFilter',
    profiles: ['okta', 'onelogin', 'jumpcloud', 'google', 'interop', 'ipsie', 'rfc'],
  },
  {
    client: 'entra',
    step: 'GET /Users?filter=id eq and manager eq',
    got: '400 invalidFilter',
    profiles: notEntra,
  },
  {
    client: 'entra',
    step: 'PATCH user: manager',
    got: '400 invalidPath',
    profiles: notEntra,
  },
  {
    client: 'entra',
    step: 'GET /Users?filter=externalId eq unquoted',
    got: '400 invalidFilter',
    profiles: ['okta', 'onelogin', 'jumpcloud', 'google', 'interop', 'ipsie', 'rfc'],
  },
  {
    client: 'entra',
    step: 'PATCH user: disable',
    got: '400 invalidValue',
    profiles: ['authentik', 'google', 'interop', 'ipsie', 'rfc'],
  },
  {
    client: 'entra',
    step: 'PATCH user: enable',
    got: '400 invalidValue',
    profiles: ['authentik', 'google', 'interop', 'ipsie', 'rfc'],
  },
  {
    client: 'entra',
    step: 'POST /Groups',
    got: '400 invalidSyntax',
    profiles: ['interop', 'ipsie'],
  },
];
