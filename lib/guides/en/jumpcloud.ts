import type { GuideTexts } from '../texts.ts';

/** The guide for JumpCloud, in English. */
export const jumpcloudGuide: GuideTexts = {
  summary:
    'You add a custom application with identity management to JumpCloud and connect user groups with it. JumpCloud ' +
    'sends the members of these groups to the product. Somebody who is in none of them is not sent.',
  needs: [
    'a JumpCloud organization whose package has SSO and identity management',
    'an administrator who may manage applications',
    'a user group for the product, with the pilot user as its only member for now',
  ],
  choices: { bearerToken: 'It is the only way that JumpCloud has for a custom application.' },
  parts: [
    {
      title: 'Add the application',
      steps: [
        {
          say:
            'In the Admin Portal, open **SSO Applications** and choose **Add New Application**. If ' +
            'you have an application for the single sign-on to the product, open that one instead ' +
            'and go on with the next part.',
        },
        {
          say:
            'Choose **Custom Application**, then **Export users to this app (Identity ' +
            'Management)**, and choose **Next**.',
        },
        { say: "Enter the product's name, choose **Save Application**, then **Configure Application**." },
      ],
    },
    {
      title: 'Enter the connection',
      steps: [
        {
          say: 'Open the tab **Identity Management**, choose **SCIM 2.0** as the version, and enter the values:',
          fields: [
            { label: 'Base URL', copy: 'tenantUrl' },
            { label: 'Token Key', copy: 'secretToken' },
          ],
        },
        {
          say:
            'As **Test User Email**, enter the e-mail address of the pilot user, which nobody in the product may ' +
            'have yet.',
        },
        {
          say:
            'To send groups, select **Enable management of User Groups and Group Membership in ' +
            'this application**. Leave it out if the vendor does not take groups.',
        },
        {
          say:
            'Choose **Test Connection**, then **Activate**. JumpCloud creates a test user and a ' +
            'test group in the product and deletes them at once. If the product sends invitations, ' +
            'the test user may get one.',
        },
        { say: 'Choose **Save**.' },
      ],
    },
    {
      title: 'Choose who is provisioned',
      steps: [
        { say: 'Open the tab **User Groups** of the application, select the group, and choose **Save**.' },
      ],
    },
  ],
  attributes: ['You cannot change this mapping in JumpCloud. Fill the fields of the user instead.'],
  pilot: [
    { say: 'Connect the group that has only the pilot user. Within minutes the person is in the product.' },
    {
      say:
        'Ask the vendor, or look into the product: the person is there, with the right name and ' +
        'e-mail address.',
    },
    {
      say:
        'Remove the pilot user from the group. The person has no access any more. Add the user ' +
        'again: the same person has access again.',
    },
    { say: 'Add the other people to the group, or connect more groups.' },
  ],
  events: [
    { event: 'A person joins the first group that is connected with the application.', outcome: 'created' },
    { event: 'A value of the person changes.', outcome: 'changed' },
    {
      event: 'A person leaves the last connected group, or you suspend or delete the person.',
      outcome: 'disabled',
    },
    { event: 'The person joins a connected group again, or you activate the person.', outcome: 'enabled' },
    {
      event: 'A group with members is connected.',
      outcome: 'groupCreated',
      note: 'A group without members is not created.',
    },
    { event: 'You rename the group.', outcome: 'groupRenamed' },
    { event: 'A person joins another connected group.', outcome: 'memberAdded' },
    { event: 'A person leaves one of several connected groups.', outcome: 'memberRemoved' },
    {
      event: 'You disconnect the group from the application.',
      outcome: 'disabled',
      note:
        'This is for members who are in no other connected group. The group itself stays in the ' +
        'product as it is.',
    },
    {
      event: 'You delete the group.',
      outcome: 'groupDeleted',
      note: 'Members who are in no other connected group lose access.',
    },
  ],
  logs: {
    say:
      'Open **Insights > Directory Insights** and search for the service SSO, or read the notice ' +
      'after **Test Connection**.',
    checked: false,
  },
  portalErrors: [
    {
      says: 'The connection test fails',
      means:
        'The notice names the step that failed. Paste the base URL and the token key again. If ' +
        'creating the user failed, another person in the product has the address of the test ' +
        'user.',
      helper: 'administrator',
    },
    {
      says: 'The activation fails while it creates the group',
      means:
        'The vendor does not take groups. Clear **Enable management of User Groups and Group ' +
        'Membership in this application**.',
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
      say: 'Open the tab **Identity Management** and paste the new token into **Token Key**.',
      checked: false,
    },
    { say: 'Choose **Test Connection**, then **Save**. Tell the vendor that the old token can be revoked.' },
  ],
};
