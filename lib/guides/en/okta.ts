import type { GuideTexts } from '../texts.ts';

/** The guide for Okta, in English. */
export const oktaGuide: GuideTexts = {
  summary:
    'You add SCIM provisioning to an app integration for the product. Okta sends a person as soon as ' +
    'you assign the ' +
    'app. Okta never deletes anybody in the product: it switches access off. Groups are sent ' +
    'separately, with Push Groups.',
  needs: [
    'an Okta org whose plan has Lifecycle Management',
    'the role App admin or Super admin',
    'an app integration for the product of type SAML 2.0 or SWA. Okta cannot add SCIM to one of ' +
      'type OpenID Connect that was made with the classic wizard: in that case, make a second app ' +
      'integration for provisioning alone, and hide it from users',
    'a pilot user whose access you may switch off and on',
  ],
  choices: {
    bearerToken:
      'Okta also offers **Basic Auth** and **OAuth 2**. Do not choose them: with **OAuth 2**, ' +
      'Okta wants a person to sign in at the product (authorization code), which the product ' +
      'does not offer.',
  },
  parts: [
    {
      title: 'Switch SCIM on',
      steps: [
        {
          say:
            'In the Admin Console, open **Applications > Applications** and the app integration of ' +
            'the product.',
        },
        { say: 'On the tab **General**, choose **Edit** in the section **App Settings**.' },
        {
          say:
            'Under **Provisioning**, select **SCIM** and choose **Save**. The tab **Provisioning** ' +
            'appears.',
        },
      ],
    },
    {
      title: 'Enter the connection',
      steps: [
        { say: 'Open **Provisioning > Integration** and choose **Edit**.' },
        {
          say: 'Fill in the form. Enter the token alone: Okta adds the word `Bearer` itself.',
          fields: [
            { label: 'SCIM connector base URL', copy: 'tenantUrl' },
            { label: 'Unique identifier field for users', copy: { text: 'userName' } },
            { label: 'Authentication Mode', copy: { text: 'HTTP Header' } },
            { label: 'Authorization', copy: 'secretToken', checked: false },
          ],
        },
        {
          say:
            'Under **Supported provisioning actions**, select **Push New Users**, **Push Profile ' +
            'Updates** and, if the vendor takes groups, **Push Groups**. Leave **Import New Users ' +
            'and Profile Updates** out, unless the product has users whom you want to link to ' +
            'people in Okta.',
        },
        { say: 'Choose **Test Connector Configuration**, then **Save**.' },
      ],
    },
    {
      title: 'Choose what Okta may do',
      steps: [
        { say: 'Open **Provisioning > To App** and choose **Edit**.' },
        {
          say:
            'Switch on **Create Users**, **Update User Attributes** and **Deactivate Users**. ' +
            'Leave **Sync Password** off. Choose **Save**.',
        },
        { say: 'Compare the attribute mappings on the same page with the table [below](#attributes).' },
      ],
    },
    {
      title: 'Assign people and push groups',
      steps: [
        {
          say:
            'On the tab **Assignments**, choose **Assign**, and assign the pilot user first. ' +
            'Later, assign groups.',
        },
        {
          say:
            'To have the groups in the product too, open **Push Groups**, choose **Push Groups > ' +
            'Find groups by name**, select a group, and choose **Save**. Do not push a group that ' +
            'you also use on the tab **Assignments**: Okta does not support that. Make a second ' +
            'group for it.',
        },
      ],
    },
  ],
  attributes: [
    '`active` and `externalId` need no mapping: Okta always sends them. `externalId` is the id ' +
      'of the user in Okta.',
    'Okta sends a random password with each new user, also with **Sync Password** off. Nobody needs it.',
  ],
  pilot: [
    {
      say:
        'Assign the pilot user on the tab **Assignments**. A red mark beside the name means that ' +
        'Okta got an error.',
      checked: false,
    },
    {
      say:
        'Ask the vendor, or look into the product: the person is there, with the right name and ' +
        'e-mail address.',
    },
    {
      say: "Change the person's last name in Okta. It changes in the product within a minute.",
      checked: false,
    },
    {
      say:
        'Remove the assignment. The person has no access any more. Assign the user again: the same ' +
        'person has access again.',
    },
    { say: 'Assign your groups.' },
  ],
  events: [
    { event: 'You assign the app to a user, or to a group that the user is in.', outcome: 'created' },
    { event: 'A mapped value of the user changes.', outcome: 'changed' },
    { event: 'You remove the assignment, or the user leaves the assigned group.', outcome: 'disabled' },
    { event: 'You deactivate the user in Okta.', outcome: 'disabled' },
    { event: 'You assign the app again, or activate the user again.', outcome: 'enabled' },
    {
      event: 'You suspend the user in Okta.',
      outcome: 'nothing',
      note: 'Deactivate the user, or remove the assignment, to end access to the product.',
      checked: false,
    },
    {
      event: 'You delete the deactivated user in Okta.',
      outcome: 'nothing',
      note: 'Access ended at the deactivation. The vendor can delete the person.',
    },
    { event: 'You push a group.', outcome: 'groupCreated' },
    {
      event: 'A person joins the pushed group.',
      outcome: 'memberAdded',
      note: 'The person must be assigned too.',
    },
    { event: 'A person leaves the pushed group.', outcome: 'memberRemoved' },
    { event: 'You rename the pushed group.', outcome: 'groupRenamed' },
    {
      event: 'You unlink the pushed group and choose to delete it in the app.',
      outcome: 'groupDeleted',
      checked: false,
    },
    {
      event: 'You unlink the pushed group and choose to leave it in the app.',
      outcome: 'nothing',
      checked: false,
    },
  ],
  logs: {
    say:
      'Open **Dashboard > Tasks** for failed assignments, or choose **View Logs** on the page of ' +
      'the app integration.',
    checked: false,
  },
  portalErrors: [
    {
      checked: false,
      says: 'Error authenticating: Unauthorized',
      means: 'The product refused the token. Look for its message in the table below.',
      helper: 'administrator',
    },
    {
      checked: false,
      says: 'Automatic provisioning of user … to app … failed',
      means:
        'The rest of the text is the message of the product. Look for it in the table below, fix ' +
        'it, and choose **Retry Selected** under **Dashboard > Tasks**.',
      helper: 'administrator',
    },
    {
      checked: false,
      says: 'Matching user not found',
      means: 'The person was deleted in the product. Remove the assignment and assign the user again.',
      helper: 'both',
    },
  ],
  renewal: [
    {
      say:
        'Note the end date of the token. Ask the vendor for a new one two weeks before. Ask that ' +
        'the old one stays valid until you are done.',
    },
    { say: 'Open **Provisioning > Integration** and choose **Edit**. Paste the new token over the old one.' },
    {
      say:
        'Choose **Test Connector Configuration**, then **Save**. Tell the vendor that the old ' +
        'token can be revoked.',
    },
    { say: 'If the old token had ended, open **Dashboard > Tasks** and repeat what failed.' },
  ],
};
