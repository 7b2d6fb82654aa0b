import type { Provider } from '../provider.ts';

/** Keycloak with the extension keycloak-scim. Keycloak itself sends nothing over SCIM. */
export const keycloakProvider: Provider = {
  id: 'keycloak',
  name: 'Keycloak',
  profile: 'generic',
  credentials: ['bearerToken'],
  users: [
    { attribute: 'userName', source: 'Username' },
    { attribute: 'active', source: 'Enabled', advised: true },
    { attribute: 'externalId', source: 'ID', advised: true },
    { attribute: 'emails.value', source: 'Email', advised: true },
    { attribute: 'displayName', source: 'First name and Last name', advised: true },
    { attribute: 'roles.value', source: 'roles with the attribute scim = true' },
  ],
  groups: [
    { attribute: 'displayName', source: 'Name' },
    { attribute: 'externalId', source: 'ID', advised: true },
    { attribute: 'members', advised: true },
  ],
  sources: [
    {
      title: 'keycloak-scim, README and source code (UserAdapter, ScimStorageProviderFactory)',
      url: 'https://github.com/mitodl/keycloak-scim',
    },
    { title: 'SCIM for Keycloak, a commercial extension', url: 'https://scim-for-keycloak.de/' },
    {
      title: 'Phase Two, Keycloak SCIM API (it receives users, it does not send them)',
      url: 'https://phasetwo.io/tutorials/scim/getting-started/',
      dated: '2026-09-21',
    },
  ],
  read: '2026-11-30',
};
