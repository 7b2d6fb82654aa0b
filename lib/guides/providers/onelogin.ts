import type { Provider } from '../provider.ts';

/** OneLogin, with the attributes of `oneLoginTemplate`. */
export const oneloginProvider: Provider = {
  id: 'onelogin',
  name: 'OneLogin',
  profile: 'onelogin',
  credentials: ['bearerToken'],
  users: [
    { attribute: 'userName', source: '{$parameters.scimusername}' },
    { attribute: 'emails[type eq "work"].value', source: '{$user.email}', advised: true },
    { attribute: 'displayName', source: '{$user.display_name}', advised: true },
    { attribute: 'name.givenName', source: '{$user.firstname}', advised: true },
    { attribute: 'name.familyName', source: '{$user.lastname}', advised: true },
    { attribute: 'name.formatted', source: '{$user.display_name}' },
    { attribute: 'active', advised: true },
  ],
  groups: [
    { attribute: 'displayName', source: 'value of the parameter Groups' },
    { attribute: 'members', advised: true },
  ],
  sources: [
    { title: 'SCIM.dev, OneLogin', url: 'https://scim.dev/guide/applications/onelogin' },
    {
      title: 'Scoro, SCIM user provisioning with OneLogin',
      url: 'https://support.scoro.com/hc/en-us/articles/12810587975565-SCIM-User-provisioning-with-OneLogin',
    },
    {
      title: 'Qualytics, OneLogin (steps for users, groups and approval)',
      url: 'https://userguide.qualytics.io/managed-deployment/directory-sync/managing/onelogin/',
    },
    {
      title: 'OneLogin, Introduction to user provisioning',
      url: 'https://onelogin.service-now.com/kb_view_customer.do?sysparm_article=KB0010298',
      dated: '2020-02-18',
    },
  ],
  read: '2026-11-30',
};

/** The SCIM JSON template for OneLogin. OneLogin replaces the macros in braces by the values of a user. */
export const oneLoginTemplate = `{
  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
  "userName": "{$parameters.scimusername}",
  "displayName": "{$user.display_name}",
  "name": {
    "givenName": "{$user.firstname}",
    "familyName": "{$user.lastname}",
    "formatted": "{$user.display_name}"
  },
  "emails": [{ "value": "{$user.email}", "type": "work", "primary": true }]
}`;
