import type { Provider } from '../provider.ts';

/** authentik, with its default property mappings, but for the type of the e-mail address. */
export const authentikProvider: Provider = {
  id: 'authentik',
  name: 'authentik',
  profile: 'authentik',
  credentials: ['bearerToken', 'clientCredentials'],
  users: [
    { attribute: 'userName', source: 'request.user.username' },
    { attribute: 'active', source: 'request.user.is_active', advised: true, checked: false },
    { attribute: 'externalId', source: 'request.user.uid', advised: true },
    { attribute: 'emails[type eq "work"].value', source: 'request.user.email', advised: true },
    { attribute: 'displayName', source: 'request.user.name', advised: true, checked: false },
    { attribute: 'name.givenName', source: 'request.user.name, up to the first space', advised: true },
    { attribute: 'name.familyName', source: 'request.user.name, after the first space', advised: true },
    { attribute: 'name.formatted', source: 'request.user.name' },
    { attribute: 'locale', source: 'request.user.locale()' },
    { attribute: 'photos[type eq "photo"].value', source: 'request.user.avatar' },
  ],
  groups: [
    { attribute: 'displayName', source: 'group.name' },
    { attribute: 'externalId', source: 'group.pk', advised: true },
    { attribute: 'members', advised: true },
  ],
  sources: [
    {
      title: 'authentik, Create a SCIM provider',
      url: 'https://docs.goauthentik.io/add-secure-apps/providers/scim/create-scim-provider/',
    },
    {
      title: 'authentik, SCIM provider',
      url: 'https://docs.goauthentik.io/add-secure-apps/providers/scim/',
    },
    {
      title:
        'authentik, default mappings and form (blueprints/system/providers-scim.yaml, ' +
        'SCIMProviderFormForm.ts)',
      url: 'https://github.com/goauthentik/authentik/blob/main/blueprints/system/providers-scim.yaml',
    },
  ],
  read: '2026-11-30',
};

/** The part of authentik's user mapping that sends the address as a work e-mail. */
export const authentikEmails = `emails = []
if request.user.email != "":
    emails.append({
        "value": request.user.email,
        "type": "work",
        "primary": True,
    })`;
