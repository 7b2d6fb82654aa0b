import type { GuideTexts } from '../texts.ts';

/** The guide for Google Workspace, in English. */
export const googleGuide: GuideTexts = {
  summary:
    '**Google Workspace provisions only apps of its own catalogue.** A custom SAML app has no section ' +
    '**Autoprovisioning**. So first ask the vendor if the product is in the catalogue of Google.\n\n' +
    '- If it is, follow this guide.\n' +
    '- If it is not, put an identity provider between that imports your Google users, such as Okta or JumpCloud, ' +
    'and follow its guide. Or run a program of your own that reads Google and sends SCIM, with the ' +
    '[guide for other clients](other.md).\n' +
    '- Some products tell their customers to add the catalogue app of another company and to enter their own ' +
    'address there. We advise against it: Google and that company can change the app at any time.\n\n' +
    'Google sends changes every few hours. It sends users only, not groups.',
  needs: [
    'an app for the product in the catalogue of Google',
    'an edition with automatic provisioning. Business Starter and Frontline Starter allow 3 apps',
    'the role Super Admin',
    'single sign-on with Google, set up for this app: without it, Google does not offer provisioning',
    'a Google group with the pilot user as its only member for now',
  ],
  choices: {
    bearerToken: 'It is the only way that Google has for apps with SCIM. Google calls it the access token.',
  },
  parts: [
    {
      title: 'Enter the connection',
      steps: [
        {
          say: 'In the Google Admin console, open **Apps > Web and mobile apps** and the app of the product.',
        },
        {
          say:
            'Choose **Autoprovisioning**, then **Configure autoprovisioning**. If the page has no ' +
            'such section, the app is not one of the catalogue: read the first paragraph of this ' +
            'guide.',
        },
        {
          say:
            'Enter the values, each on its own page, and choose **Continue**. The endpoint may be ' +
            'fixed by the app.',
          fields: [
            { label: 'Access token', copy: 'secretToken' },
            { label: 'Endpoint URL', copy: 'tenantUrl' },
          ],
        },
        {
          say:
            'Check that each attribute with an asterisk (*) has a field of the Google directory, ' +
            'and choose **Continue**.',
        },
      ],
    },
    {
      title: 'Choose who is provisioned, and what happens when they leave',
      steps: [
        {
          say:
            'Under **Search groups**, select the group with the pilot user. Without a group, ' +
            'Google sends everybody for whom the app is on.',
        },
        {
          say:
            'Choose after how many days access ends: for people for whom the app is turned off, ' +
            'who are suspended, or who are deleted. Choose **within 24 hours** for all three, and ' +
            '**suspend** before **delete** if both are offered.',
        },
        {
          say:
            'Choose **Finish**. Under **User access**, turn the app on for the people. Then switch ' +
            '**Autoprovisioning** to **Active**.',
          checked: false,
        },
      ],
    },
  ],
  attributes: [
    'Google sends values in a form of its own, which we know only from reports. The table shows ' +
      'what to map to each SCIM attribute.',
  ],
  pilot: [
    {
      say:
        'Switch autoprovisioning on for the group that has only the pilot user. Google ' +
        'synchronizes every few hours, so wait until the next day before you judge.',
    },
    {
      say:
        'Ask the vendor, or look into the product: the person is there, with the right name and ' +
        'e-mail address.',
    },
    {
      say:
        'Turn the app off for the pilot user. After the time that you have chosen, the person has ' +
        'no access any more.',
    },
    { say: 'Add the other people to the group, or select more groups.' },
  ],
  events: [
    { event: 'The app is on for a person, who is in a selected group.', outcome: 'created' },
    { event: 'A mapped value of the person changes.', outcome: 'changed' },
    {
      event: 'The app is turned off, or the person is suspended or deleted, and the setting is **suspend**.',
      outcome: 'disabled',
      note: 'It happens after the number of days that you have chosen.',
    },
    {
      event: 'The app is turned off, or the person is suspended or deleted, and the setting is **delete**.',
      outcome: 'deleted',
      note:
        'It happens after the number of days that you have chosen. Google may delete a person who ' +
        'was never suspended.',
    },
    {
      event: 'The app is turned on again, or the person is active again, after a suspension.',
      outcome: 'enabled',
    },
    {
      event: 'You archive a person.',
      outcome: 'nothing',
      note: 'The person keeps access to the product. Suspend the person first.',
    },
    {
      event: 'A person joins or leaves a Google group.',
      outcome: 'nothing',
      note: 'Groups are not sent. A person who leaves the last selected group may keep access.',
      checked: false,
    },
  ],
  logs: {
    say:
      'Open the app, then **Autoprovisioning**. It shows the numbers of the last 30 days and the ' +
      'failures. **Reporting > Audit and investigation > Admin log events** has more.',
    checked: false,
  },
  portalErrors: [
    {
      says: 'Autoprovisioning has no effect',
      means:
        'The app is off for the person, or its switch is not **Active**, or fewer than a few ' +
        'hours have passed.',
      helper: 'administrator',
    },
    {
      checked: false,
      says: 'Authorization failed, or the app asks you to authorize again',
      means: 'The access token is wrong or has ended. Choose **Reauthorize** and paste a new one.',
      helper: 'both',
    },
  ],
  renewal: [
    {
      say:
        'Note the end date of the token. Ask the vendor for a new one two weeks before. Ask that ' +
        'the old one stays valid until you are done.',
    },
    {
      say: 'Open the app, then **Autoprovisioning**, choose **Reauthorize**, and paste the new token.',
      checked: false,
    },
    {
      say:
        'Wait for the next synchronization without errors. Then tell the vendor that the old token ' +
        'can be revoked.',
    },
  ],
};
