import type { Provider } from '../provider.ts';

/** Google Workspace. The mapping is that of an app in its catalogue. */
export const googleProvider: Provider = {
  id: 'google',
  name: 'Google Workspace',
  profile: 'google',
  credentials: ['bearerToken'],
  users: [
    { attribute: 'userName', source: 'Basic Information > Primary email', checked: false },
    { attribute: 'active', advised: true, checked: false },
    {
      attribute: 'emails[type eq "work"].value',
      source: 'Basic Information > Primary email',
      advised: true,
      checked: false,
    },
    { attribute: 'name.givenName', source: 'Basic Information > First name', advised: true, checked: false },
    { attribute: 'name.familyName', source: 'Basic Information > Last name', advised: true, checked: false },
    { attribute: 'title', source: 'Employee Details > Title', checked: false },
  ],
  groups: [],
  sources: [
    {
      title: 'Google, About automated user provisioning',
      url: 'https://support.google.com/a/answer/7681608',
    },
    {
      title: 'Google, Configure ScreenSteps user provisioning (an app of the catalogue, step by step)',
      url:
        'https://knowledge.workspace.google.com/admin/users/advanced/' +
        'configure-screensteps-user-provisioning',
    },
    {
      title: 'Google, Configure Spoke auto-provisioning (an app of the catalogue, step by step)',
      url: 'https://support.google.com/a/answer/9338944',
    },
    {
      title: 'Cloud Posse, Google Workspace (users are sent, groups are not)',
      url: 'https://github.com/cloudposse/docs/pull/893',
    },
  ],
  read: '2026-11-30',
};
