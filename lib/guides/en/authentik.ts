import { authentikEmails } from '../providers/authentik.ts';
import type { GuideTexts } from '../texts.ts';

/** The guide for authentik, in English. */
export const authentikGuide: GuideTexts = {
  summary:
    'You add a SCIM provider to an application in authentik. authentik sends each change of a user ' +
    'or group at once, ' +
    'and compares everything once an hour. By default it sends **all** users and groups, except ' +
    'service accounts. Set a ' +
    'filter before you start.',
  needs: [
    'authentik with an administrator of yours, and a worker that runs: the worker does the synchronization',
    'a network in which authentik can reach the Tenant URL over HTTPS',
    'a group for the product, with the pilot user as its only member for now',
  ],
  choices: {
    bearerToken: 'It is called **Static token** in authentik, works in every edition, and is the simplest.',
    clientCredentials:
      'It is called **OAuth (Silent)** and needs authentik Enterprise. Choose it if your rules ' +
      'forbid long-lived tokens. Nobody has tested it with this product yet.',
  },
  parts: [
    {
      title: 'Make a mapping that sends a work e-mail',
      steps: [
        {
          say:
            "authentik's default mapping sends the e-mail address with the type `other`. The " +
            'product needs the type `work`. In the Admin interface, open **Customization > ' +
            'Property Mappings** and the mapping **authentik default SCIM Mapping: User**. Copy ' +
            'its expression.',
          checked: false,
        },
        {
          say:
            'Choose **Create**, then **SCIM Provider Mapping**. Enter a name such as `SCIM user, ' +
            'work e-mail`, and paste the expression. Replace the part that makes `emails` by this:',
          paste: authentikEmails,
          checked: false,
        },
        {
          say:
            'Check that the expression also returns `"displayName": request.user.name` and ' +
            '`"active": request.user.is_active`. Add what is missing, and choose **Finish**.',
          checked: false,
        },
      ],
    },
    {
      title: 'Create the OAuth source',
      only: ['clientCredentials'],
      steps: [
        {
          say:
            'Open **Directory > Federation and Social login**, choose **New Source**, then ' +
            '**OpenID OAuth Source**.',
        },
        {
          say: 'Enter the values. Enter the token endpoint in the other URL fields too: they are not used.',
          fields: [
            { label: 'Access token URL', copy: 'tokenEndpoint', checked: false },
            { label: 'Consumer key', copy: 'clientId', checked: false },
            { label: 'Consumer secret', copy: 'clientSecret', checked: false },
          ],
        },
      ],
    },
    {
      title: 'Create the application and its SCIM provider',
      steps: [
        {
          say:
            'Open **Applications > Applications** and choose **New Application**. If you have an ' +
            'application for the single sign-on to the product, open **Applications > Providers**, ' +
            'choose **New Provider** and **SCIM**, and go on with the values.',
        },
        {
          say:
            'Enter a name for the application, choose **Next**, select **SCIM** as the **Provider ' +
            'Type**, and choose **Next**.',
        },
        {
          say: 'Enter the address:',
          fields: [{ label: 'URL', copy: 'tenantUrl' }],
        },
        {
          say: 'With a bearer token, leave **Authentication Mode** at **Static token** and enter:',
          fields: [{ label: 'Token', copy: 'secretToken' }],
        },
        {
          say:
            'With OAuth, select **OAuth (Silent)** and the source instead, and enter this as the ' +
            'OAuth parameters:',
          checked: false,
          fields: [
            { label: 'OAuth Parameters', copy: { text: 'grant_type: client_credentials' }, checked: false },
          ],
        },
        {
          say:
            'Leave **SCIM Compatibility Mode** at its default. Under **User filtering**, select ' +
            'the group of the product, and leave **Exclude service accounts** on. Newer versions ' +
            'call the filter **Group filters**.',
          checked: false,
        },
        {
          say:
            'Under **User Property Mappings**, select the mapping that you have made in place of ' +
            'the default one. Never select both: the addresses would be sent twice.',
        },
        { say: 'Choose **Next** on the following pages, then **Create** or **Submit**.' },
      ],
    },
    {
      title: 'Connect the provider with the application',
      steps: [
        {
          say:
            'Open **Applications > Applications** and edit the application. Choose **+** beside ' +
            '**Backchannel providers**, select the SCIM provider, choose **Confirm**, then **Save ' +
            'changes**. Without this, nothing is sent.',
        },
      ],
    },
  ],
  attributes: [
    'authentik takes the names from the one field **Name**. The part before the first space ' +
      'becomes the given name.',
    '`externalId` is the hashed id of the user, which single sign-on with authentik sends too by ' +
      'default. So the product can match both.',
  ],
  pilot: [
    {
      say: 'Open the SCIM provider and choose **Run sync again**. Open the log of the synchronization.',
      checked: false,
    },
    {
      say:
        'Ask the vendor, or look into the product: the person is there, with the right name and ' +
        'e-mail address.',
    },
    {
      say:
        'Deactivate the pilot user in authentik. The person has no access to the product any more. ' +
        'Activate the user: the same person has access again.',
      checked: false,
    },
    { say: 'Add the other people to the group.' },
  ],
  events: [
    { event: 'A user is created, or comes into the filter.', outcome: 'created' },
    { event: 'A value of the user changes.', outcome: 'changed' },
    {
      event: 'You deactivate the user.',
      outcome: 'disabled',
      note: 'The mapping must send `active`.',
      checked: false,
    },
    {
      event: 'You activate the user.',
      outcome: 'enabled',
      note: 'The mapping must send `active`.',
      checked: false,
    },
    { event: 'You delete the user.', outcome: 'deleted' },
    {
      event: 'The user falls out of the filter, or you change the filter.',
      outcome: 'nothing',
      note:
        'The person keeps access to the product. Deactivate or delete the user, or ask the vendor ' +
        'to remove the person.',
    },
    { event: 'A group is created.', outcome: 'groupCreated' },
    { event: 'You rename the group.', outcome: 'groupRenamed' },
    { event: 'A person joins the group.', outcome: 'memberAdded' },
    { event: 'A person leaves the group.', outcome: 'memberRemoved' },
    { event: 'You delete the group.', outcome: 'groupDeleted' },
  ],
  logs: {
    say:
      'Open the SCIM provider: its page shows the last synchronization and its messages. **Events ' +
      '> Logs** and **System > System Tasks** have more.',
    checked: false,
  },
  portalErrors: [
    {
      says: 'The synchronization stops with a validation error',
      means:
        'A property mapping returns a value that SCIM does not allow. The message names the ' +
        'mapping. Correct it.',
      helper: 'administrator',
    },
    {
      says: 'Nothing is sent, and there is no error',
      means:
        'The provider is not a backchannel provider of an application, the worker does not run, ' +
        'or the dry-run mode is on.',
      helper: 'administrator',
    },
    {
      checked: false,
      says: 'Failed to send request: 401',
      means: 'The product refused the token. Look for its message in the table below.',
      helper: 'administrator',
    },
  ],
  renewal: [
    {
      say:
        'Note the end date of the token or the client secret. Ask the vendor for a new one two ' +
        'weeks before. Ask that the old one stays valid until you are done.',
    },
    {
      say:
        'Edit the SCIM provider and paste the new token. With OAuth, edit the source and paste the ' +
        'new secret.',
    },
    {
      say: 'Run the synchronization and read its log. Then tell the vendor that the old one can be revoked.',
    },
  ],
};
