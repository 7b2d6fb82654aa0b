import type { Provider } from '../provider.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Microsoft Entra ID. The sources are those of its default mapping for a non-gallery application. */
export const entraProvider: Provider = {
  id: 'entra',
  name: 'Microsoft Entra ID',
  profile: 'entra',
  credentials: ['federation', 'clientCredentials', 'bearerToken'],
  users: [
    { attribute: 'userName', source: 'userPrincipalName' },
    {
      attribute: 'active',
      source: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
      advised: true,
    },
    { attribute: 'externalId', source: 'objectId', advised: true },
    { attribute: 'emails[type eq "work"].value', source: 'mail', advised: true },
    { attribute: 'displayName', source: 'displayName', advised: true },
    { attribute: 'name.givenName', source: 'givenName', advised: true },
    { attribute: 'name.familyName', source: 'surname', advised: true },
    { attribute: 'name.formatted', source: 'Join(" ", [givenName], [surname])' },
    { attribute: 'title', source: 'jobTitle' },
    { attribute: 'preferredLanguage', source: 'preferredLanguage' },
    { attribute: 'phoneNumbers[type eq "work"].value', source: 'telephoneNumber' },
    { attribute: 'phoneNumbers[type eq "mobile"].value', source: 'mobile' },
    { attribute: 'phoneNumbers[type eq "fax"].value', source: 'facsimileTelephoneNumber' },
    { attribute: 'addresses[type eq "work"].formatted', source: 'physicalDeliveryOfficeName' },
    { attribute: 'addresses[type eq "work"].streetAddress', source: 'streetAddress' },
    { attribute: 'addresses[type eq "work"].locality', source: 'city' },
    { attribute: 'addresses[type eq "work"].region', source: 'state' },
    { attribute: 'addresses[type eq "work"].postalCode', source: 'postalCode' },
    { attribute: 'addresses[type eq "work"].country', source: 'country' },
    { attribute: `${enterprise}:employeeNumber`, source: 'employeeId' },
    { attribute: `${enterprise}:department`, source: 'department' },
    { attribute: `${enterprise}:manager`, source: 'manager' },
    { attribute: 'roles[primary eq "True"].value', source: 'SingleAppRoleAssignment([appRoleAssignments])' },
  ],
  groups: [
    { attribute: 'displayName', source: 'displayName' },
    { attribute: 'externalId', source: 'objectId', advised: true },
    { attribute: 'members', source: 'members', advised: true },
  ],
  sources: [
    {
      title: 'Microsoft, Tutorial: Develop and plan provisioning for a SCIM endpoint',
      url:
        'https://learn.microsoft.com/entra/identity/app-provisioning/' +
        'use-scim-to-provision-users-and-groups',
      dated: '2025-03-04',
    },
    {
      title: 'Microsoft, Customize user provisioning attribute-mappings',
      url: 'https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes',
      dated: '2025-03-04',
    },
    {
      title: 'Microsoft, Workload Identity Federation for SCIM provisioning',
      url:
        'https://github.com/AzureAD/SCIMReferenceCode/blob/master/' +
        'Workload-Identity-Federation-for-SCIM-Provisioning.md',
      dated: '2026-06-09',
    },
    {
      title: 'Microsoft, Application provisioning in quarantine status',
      url:
        'https://learn.microsoft.com/entra/identity/app-provisioning/' +
        'application-provisioning-quarantine-status',
      dated: '2025-03-04',
    },
    {
      title: 'Twilio, Microsoft Entra ID SCIM integration (client credentials in an application of your own)',
      url: 'https://www.twilio.com/docs/iam/scim/entra-integration',
    },
  ],
  read: '2026-11-30',
};
