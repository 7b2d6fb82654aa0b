import { oneLoginTemplate } from '../providers/onelogin.ts';
import type { GuideTexts } from '../texts.ts';

/** The guide for OneLogin, in English. */
export const oneloginGuide: GuideTexts = {
  summary:
    'You add an app with SCIM to OneLogin and give it to people, mostly by roles. OneLogin sends a person when the ' +
    'person gets the app, and keeps the values up to date. A text of yours, the SCIM JSON template, says which ' +
    'values it sends.',
  needs: [
    'a OneLogin account whose plan has user provisioning',
    'the right to manage apps in it (Account owner or Super user)',
    'a pilot user whose access you may switch off and on',
  ],
  choices: { bearerToken: 'It is the only way that OneLogin has for this app.' },
  parts: [
    {
      title: 'Add the app',
      steps: [
        { say: 'In the administration, open **Applications > Applications** and choose **Add App**.' },
        {
          say: 'Search for `SCIM` and choose **SCIM Provisioner with SAML (SCIM v2 Core)**.',
        },
        { say: "Enter the product's name as **Display Name** and choose **Save**." },
      ],
    },
    {
      title: 'Enter the connection',
      steps: [
        {
          say: 'Open the tab **Configuration** and enter the values:',
          fields: [
            { label: 'SCIM Base URL', copy: 'tenantUrl' },
            { label: 'SCIM Bearer Token', copy: 'secretToken' },
          ],
        },
        {
          say:
            'Fields whose names begin with **SAML** are for single sign-on, not for provisioning. Leave them as ' +
            'they are, unless the vendor gives you values for them.',
          checked: false,
        },
        { say: 'Paste this into **SCIM JSON Template**:', paste: oneLoginTemplate },
        { say: 'Under **API Connection**, choose **Enable**, then **Save**. The state must be **Enabled**.' },
      ],
    },
    {
      title: 'Switch provisioning on',
      steps: [
        { say: 'Open the tab **Provisioning** and select **Enable provisioning**.' },
        {
          say:
            'Clear **Create user**, **Delete user** and **Update user** below it, unless you want ' +
            'to approve each of these by hand. If one is selected, OneLogin waits for your ' +
            'approval.',
        },
        {
          say:
            'Decide what happens when people are deleted in OneLogin or lose the app: **Suspend** ' +
            'keeps the person in the product without access, **Delete** deletes the person. We ' +
            'advise **Suspend**. Choose **Save**.',
          checked: false,
        },
        {
          say:
            'Open the tab **Parameters**. Set **SCIM Username** to the value that people use to ' +
            'sign in, mostly **Email**.',
          checked: false,
        },
      ],
    },
    {
      title: 'Send groups, if the vendor takes them',
      steps: [
        {
          say:
            'On the tab **Parameters**, open **Groups**, select **Include in User Provisioning**, ' +
            'and choose **Save**.',
        },
        {
          say:
            'On the tab **Rules**, add a rule whose action is **Set Groups in** the app, for ' +
            'example from the role or the department of a person. OneLogin creates the groups that ' +
            'the rule names.',
          checked: false,
        },
      ],
    },
    {
      title: 'Give people the app',
      steps: [
        {
          say:
            'Open **Users > Users**, the pilot user, and there **Applications**. Choose **+**, ' +
            'select the app, and choose **Continue** and **Save**. Later, add the app to a role ' +
            'under **Users > Roles**.',
        },
      ],
    },
  ],
  attributes: [
    'The template decides what is sent. To send another attribute, add it under its SCIM name. ' +
      'Employee number, department and manager need the app ' +
      '**SCIM Provisioner with SAML (SCIM v2 Enterprise)** instead.',
    '`active` is not in the template: OneLogin sends it when it suspends a person or lets the ' +
      'person in again.',
  ],
  pilot: [
    {
      say:
        'Give the app to the pilot user. If the state of the app is **Pending**, choose it and ' +
        '**Approve**.',
    },
    {
      say:
        'Wait until the state is **Provisioned**. Ask the vendor, or look into the product: the ' +
        'person is there, with the right name and e-mail address.',
    },
    {
      say:
        'Take the app away from the pilot user. The person has no access any more. Give it back: ' +
        'the person has access again.',
    },
    { say: 'Add the app to your roles.' },
  ],
  events: [
    { event: 'A person gets the app, directly or by a role.', outcome: 'created' },
    { event: 'A value in the template changes.', outcome: 'changed' },
    {
      event: 'A person loses the app or is deleted in OneLogin, and the setting is **Suspend**.',
      outcome: 'disabled',
    },
    {
      event: 'A person loses the app or is deleted in OneLogin, and the setting is **Delete**.',
      outcome: 'deleted',
    },
    {
      event: 'A person loses the app, and the setting is **Do Nothing**.',
      outcome: 'nothing',
      note: 'The person keeps access to the product. Do not choose this setting.',
      checked: false,
    },
    { event: 'You suspend a person in OneLogin.', outcome: 'disabled', checked: false },
    { event: 'You activate the person, or give the app back.', outcome: 'enabled' },
    { event: 'A rule names a new group.', outcome: 'groupCreated', checked: false },
    { event: 'A rule applies to a person.', outcome: 'memberAdded' },
    { event: 'A rule does not apply to a person any more.', outcome: 'memberRemoved', checked: false },
  ],
  logs: {
    say: 'Open the tab **Users** of the app and choose the state of a person, or open **Activity > Events**.',
    checked: false,
  },
  portalErrors: [
    {
      checked: false,
      says: '**API Connection** stays **Disabled**',
      means: 'OneLogin could not read the product with your values. Paste the base URL and the token again.',
      helper: 'administrator',
    },
    {
      checked: false,
      says: 'The state of a person is **Failed**',
      means:
        'Choose the state: it shows the message of the product. Look for it in the table below, ' +
        'fix it, and choose **Retry**.',
      helper: 'administrator',
    },
    {
      says: 'The state of a person is **Pending**',
      means: 'OneLogin waits for your approval. Choose the state and **Approve**.',
      helper: 'administrator',
    },
  ],
  renewal: [
    {
      say:
        'Note the end date of the token. Ask the vendor for a new one two weeks before. Ask that ' +
        'the old one stays valid until you are done.',
    },
    {
      say:
        'Open the tab **Configuration** and paste the new token over the old one. Choose **Save**. ' +
        'The state of **API Connection** must still be **Enabled**.',
    },
    { say: 'Tell the vendor that the old token can be revoked.' },
  ],
};
