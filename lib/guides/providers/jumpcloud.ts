import type { Provider } from '../provider.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** JumpCloud. A custom SCIM integration has a fixed mapping. */
export const jumpcloudProvider: Provider = {
  id: 'jumpcloud',
  name: 'JumpCloud',
  profile: 'jumpcloud',
  credentials: ['bearerToken'],
  users: [
    { attribute: 'userName', source: 'Username' },
    { attribute: 'active', advised: true },
    { attribute: 'emails[type eq "work"].value', source: 'Company Email', advised: true },
    { attribute: 'name.givenName', source: 'First Name', advised: true },
    { attribute: 'name.familyName', source: 'Last Name', advised: true },
    { attribute: 'displayName', source: 'Display Name', advised: true, checked: false },
    { attribute: 'title', source: 'Job Title', checked: false },
    { attribute: 'phoneNumbers[type eq "work"].value', source: 'Work Phone', checked: false },
    { attribute: 'phoneNumbers[type eq "mobile"].value', source: 'Mobile Phone', checked: false },
    { attribute: `${enterprise}:employeeNumber`, source: 'Employee ID', checked: false },
    { attribute: `${enterprise}:costCenter`, source: 'Cost Center', checked: false },
    { attribute: `${enterprise}:department`, source: 'Department', checked: false },
  ],
  groups: [
    { attribute: 'displayName', source: 'Name' },
    { attribute: 'members', advised: true },
  ],
  sources: [
    {
      title: 'JumpCloud, Identity management using a custom SCIM integration',
      url:
        'https://jumpcloud.com/support/' +
        'provision-and-manage-users-and-groups-in-apps-using-custom-scim-identity-management-integration',
    },
    {
      title: 'JumpCloud, Get started: SCIM identity management',
      url: 'https://jumpcloud.com/support/get-started-identity-management-connectors',
      dated: '2024-11-13',
    },
    {
      title: 'TrueFoundry, SCIM with JumpCloud (labels of the form)',
      url: 'https://www.truefoundry.com/docs/platform/sso/jumpcloud/scim',
    },
    {
      title: 'PropelAuth, JumpCloud (an application without single sign-on)',
      url: 'https://docs.byo.propelauth.com/scim/example-setup-guides/jumpcloud',
    },
  ],
  read: '2026-11-30',
};
