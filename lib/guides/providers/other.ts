import type { Provider } from '../provider.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A SCIM client without a guide of its own. */
export const otherProvider: Provider = {
  id: 'other',
  name: 'any other identity provider',
  profile: 'generic',
  credentials: ['clientCredentials', 'bearerToken'],
  users: [
    { attribute: 'userName' },
    { attribute: 'active', advised: true },
    { attribute: 'externalId', advised: true },
    { attribute: 'emails[type eq "work"].value', advised: true },
    { attribute: 'displayName', advised: true },
    { attribute: 'name.givenName', advised: true },
    { attribute: 'name.familyName', advised: true },
    { attribute: 'title' },
    { attribute: 'preferredLanguage' },
    { attribute: 'timezone' },
    { attribute: 'phoneNumbers[type eq "work"].value' },
    { attribute: 'phoneNumbers[type eq "mobile"].value' },
    { attribute: `${enterprise}:employeeNumber` },
    { attribute: `${enterprise}:department` },
    { attribute: `${enterprise}:manager.value` },
    { attribute: 'roles.value' },
  ],
  groups: [
    { attribute: 'displayName' },
    { attribute: 'externalId', advised: true },
    { attribute: 'members', advised: true },
  ],
  sources: [
    {
      title: 'IETF, RFC 7643: SCIM core schema',
      url: 'https://www.rfc-editor.org/rfc/rfc7643',
      dated: '2015-09',
    },
    {
      title: 'IETF, RFC 7644: SCIM protocol',
      url: 'https://www.rfc-editor.org/rfc/rfc7644',
      dated: '2015-09',
    },
  ],
  read: '2026-11-30',
};
