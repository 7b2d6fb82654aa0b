import type { Provider } from '../provider.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Okta, with the base attributes of an app integration that has SCIM provisioning. */
export const oktaProvider: Provider = {
  id: 'okta',
  name: 'Okta',
  profile: 'okta',
  credentials: ['bearerToken'],
  users: [
    { attribute: 'userName', source: 'user.login' },
    { attribute: 'active', advised: true },
    { attribute: 'externalId', advised: true },
    { attribute: 'emails[type eq "work"].value', source: 'user.email', advised: true },
    { attribute: 'displayName', source: 'user.displayName', advised: true },
    { attribute: 'name.givenName', source: 'user.firstName', advised: true },
    { attribute: 'name.familyName', source: 'user.lastName', advised: true },
    { attribute: 'title', source: 'user.title' },
    { attribute: 'preferredLanguage', source: 'user.preferredLanguage' },
    { attribute: 'locale', source: 'user.locale' },
    { attribute: 'timezone', source: 'user.timezone' },
    { attribute: 'phoneNumbers[type eq "work"].value', source: 'user.primaryPhone' },
    { attribute: 'phoneNumbers[type eq "mobile"].value', source: 'user.mobilePhone', checked: false },
    { attribute: `${enterprise}:employeeNumber`, source: 'user.employeeNumber' },
    { attribute: `${enterprise}:costCenter`, source: 'user.costCenter' },
    { attribute: `${enterprise}:organization`, source: 'user.organization' },
    { attribute: `${enterprise}:division`, source: 'user.division' },
    { attribute: `${enterprise}:department`, source: 'user.department' },
  ],
  groups: [
    { attribute: 'displayName', source: 'group name' },
    { attribute: 'members', advised: true },
  ],
  sources: [
    {
      title: 'Okta, Connect your SCIM API service to Okta',
      url: 'https://developer.okta.com/docs/guides/scim-provisioning-integration-connect/main/',
    },
    {
      title: 'Okta, Okta and SCIM version 2.0',
      url: 'https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20',
      dated: '2026-08-21',
    },
    {
      title: 'Okta, App assignments and Group Push',
      url: 'https://help.okta.com/en-us/content/topics/users-groups-profiles/app-assignments-group-push.htm',
    },
    {
      title: 'Zuora, Enable provisioning using SCIM API (labels of the tab Integration)',
      url:
        'https://docs.zuora.com/en/zuora-platform/user-management/oneid/' +
        'setup-sso-with-okta-using-saml-in-oneid/step-4-enable-provisioning-using-scim-api',
    },
  ],
  read: '2026-11-30',
};
