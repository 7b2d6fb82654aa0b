import type { GuideTexts } from '../texts.ts';

/** The guide for Microsoft Entra ID, in English. */
export const entraGuide: GuideTexts = {
  summary:
    'You create an enterprise application for the product and assign users and groups to it. Entra ID then sends ' +
    'them to the product, about every 40 minutes. Entra ID sends the direct members of a group. It does not send ' +
    'the members of groups inside a group.',
  needs: [
    'an Entra ID tenant with a licence P1 or P2, which lets you assign groups and provision users',
    'the role Application Administrator in it',
    'a pilot user whose access you may switch off and on',
  ],
  choices: {
    federation:
      'Choose it if the portal offers **Workload Identity Federation** for your application. No secret is stored ' +
      'anywhere, so nothing expires. You and the vendor exchange values once.',
    clientCredentials:
      'Choose it if the portal does not offer federation. Entra ID asks for a new token every ' +
      'hour. The client secret has an end date.',
    bearerToken:
      'Choose it for a quick test, or if the portal shows only **Tenant URL** and **Secret ' +
      'Token**. Everybody who has the token can use it until its end date.',
  },
  parts: [
    {
      title: 'Create the application',
      steps: [
        {
          say:
            'Sign in to the [Microsoft Entra admin center](https://entra.microsoft.com) and open ' +
            '**Identity > Applications > Enterprise applications**. Newer portals call it **Entra ' +
            'ID > Enterprise apps**.',
        },
        { say: 'Choose **New application**, then **Create your own application**.' },
        {
          say:
            "Enter the product's name, choose **Integrate any other application you don't find in " +
            'the gallery (Non-gallery)**, and choose **Create**.',
        },
        {
          say:
            'Open **Provisioning** and choose **New configuration**. In older portals, choose ' +
            '**Get started** and set **Provisioning Mode** to **Automatic**.',
        },
      ],
    },
    {
      title: 'Enter the connection: workload identity federation',
      only: ['federation'],
      steps: [
        { say: 'As the authentication method, choose **Workload Identity Federation**.' },
        {
          say:
            'Choose **Select Workload Identity**. Register a new one for the product, or use one ' +
            'that you have registered for it before.',
        },
        {
          say:
            'The page now shows **Issuer**, **JWKS URL**, **Subject** and **Audience**. Copy all ' +
            'four and send them to the vendor, with the id of your Entra ID tenant (**Directory ' +
            '(tenant) ID** on the overview page). They are not secret.',
        },
        {
          say: 'Wait until the vendor has entered them. You then get the values to enter here:',
          fields: [
            { label: 'Tenant URL', copy: 'tenantUrl', checked: false },
            { label: 'Token Endpoint', copy: 'tokenEndpoint', checked: false },
            { label: 'Client Identifier', copy: 'clientId', checked: false },
          ],
        },
        { say: 'Choose **Test Connection**, then **Create**. In older portals, choose **Save**.' },
      ],
    },
    {
      title: 'Enter the connection: OAuth client credentials',
      only: ['clientCredentials'],
      steps: [
        { say: 'As the authentication method, choose **OAuth2 client credentials grant**.', checked: false },
        {
          say: 'Enter the values:',
          fields: [
            { label: 'Tenant URL', copy: 'tenantUrl' },
            { label: 'Token Endpoint', copy: 'tokenEndpoint', checked: false },
            { label: 'Client Identifier', copy: 'clientId', checked: false },
            { label: 'Client Secret', copy: 'clientSecret', checked: false },
          ],
        },
        { say: 'Choose **Test Connection**, then **Create**. In older portals, choose **Save**.' },
      ],
    },
    {
      title: 'Enter the connection: bearer token',
      only: ['bearerToken'],
      steps: [
        {
          say: 'If the page asks for an authentication method, choose **Bearer authentication**.',
          checked: false,
        },
        {
          say:
            'Enter the values. Do not leave the token empty: Entra ID would send a token of its ' +
            'own, which is for tests only.',
          fields: [
            { label: 'Tenant URL', copy: 'tenantUrl' },
            { label: 'Secret Token', copy: 'secretToken' },
          ],
        },
        { say: 'Choose **Test Connection**, then **Create**. In older portals, choose **Save**.' },
      ],
    },
    {
      title: 'Check the mappings',
      steps: [
        { say: 'Open **Attribute mapping**, in older portals **Mappings**, and there the mapping of users.' },
        {
          say:
            'Open the row `externalId`. Change its source from `mailNickname` to `objectId`. ' +
            'People change their names, but the object id always stays the same.',
        },
        {
          say:
            'Leave `userName` as the matching attribute with precedence 1, unless the vendor asks ' +
            'for another one.',
        },
        {
          say:
            'Compare the other rows with the table [below](#attributes). If the vendor does not ' +
            'take groups, open the mapping of groups and set **Enabled** to **No**.',
        },
        { say: 'Choose **Save**.' },
      ],
    },
    {
      title: 'Choose who is provisioned',
      steps: [
        {
          say:
            'Open **Users and groups** and choose **Add user/group**. Assign the pilot user first. ' +
            'Later, assign groups rather than single users: a person then gets and loses access ' +
            'with the group.',
        },
        {
          say:
            'In the settings of the provisioning, leave **Scope** at **Sync only assigned users ' +
            'and groups**. The other choice sends your whole directory.',
        },
        {
          say:
            'Under **Overview > Properties**, enter an address for notification e-mails, and ' +
            'switch on the prevention of accidental deletions.',
        },
      ],
    },
  ],
  attributes: [
    '`roles` is not mapped by default. If the vendor asks for app roles, add a mapping with the ' +
      'expression in the table. Users with several roles need ' +
      '`AssertiveAppRoleAssignmentsComplex([appRoleAssignments])` for `roles` instead.',
    'The portal shows only attributes that it knows. To map another one, select **Show advanced ' +
      'options** at the bottom of the mapping, choose **Edit attribute list for** your ' +
      'application, and add its name from the table.',
  ],
  pilot: [
    {
      say:
        'Open **Provision on demand**, search for the pilot user, and choose **Provision**. The ' +
        'portal shows each step and its result.',
    },
    {
      say:
        'Ask the vendor, or look into the product: the person is there, with the right name and ' +
        'e-mail address.',
    },
    {
      say:
        'Remove the assignment of the pilot user under **Users and groups**, and choose ' +
        '**Provision** again. The person has no access any more. Assign the user again and repeat ' +
        'it: the same person has access again.',
    },
    {
      say:
        'Assign your groups and choose **Start provisioning** on the overview page. The first run ' +
        'takes minutes to hours. **Provisioning logs** shows what was sent.',
    },
  ],
  events: [
    { event: 'You assign a user, or a group that the user is in.', outcome: 'created' },
    { event: 'A mapped value of the user changes.', outcome: 'changed' },
    { event: 'You remove the assignment, block the sign-in, or delete the user.', outcome: 'disabled' },
    { event: 'You assign the user again, allow the sign-in, or restore the user.', outcome: 'enabled' },
    {
      event: 'The user is deleted for good: 30 days after the deletion, or when you do it by hand.',
      outcome: 'deleted',
    },
    {
      event: 'You remove the assignment of a user and delete the user later.',
      outcome: 'nothing',
      note: 'Access has ended already, when you removed the assignment. The vendor can delete the person.',
    },
    {
      event: 'A user was blocked before the first run.',
      outcome: 'nothing',
      note: 'The person is not created.',
    },
    { event: 'You assign a group.', outcome: 'groupCreated' },
    { event: 'You rename the group.', outcome: 'groupRenamed' },
    { event: 'A person joins the group.', outcome: 'memberAdded' },
    {
      event: 'A person leaves the group.',
      outcome: 'memberRemoved',
      note: 'Somebody who was assigned only by this group loses access.',
    },
    { event: 'You delete the group.', outcome: 'groupDeleted' },
    { event: 'You remove the assignment of the group.', outcome: 'groupDeleted', checked: false },
  ],
  logs: {
    say:
      'Open **Provisioning logs** of the application and choose an entry. The tab ' +
      '**Troubleshooting and recommendations** has the message.',
  },
  portalErrors: [
    {
      checked: false,
      says: 'You appear to have entered invalid credentials',
      means: 'The product refused the token. Look for its message in the table below.',
      helper: 'administrator',
    },
    {
      says: '**Test Connection** fails with 404 Not Found or "SCIM compliance issue"',
      means: 'The Tenant URL is wrong. Paste it again as the vendor gave it.',
      helper: 'administrator',
    },
    {
      says: 'Quarantine',
      means:
        'Most requests failed. Entra ID now tries once a day, and stops after four weeks. Find ' +
        'the first failure in the provisioning logs, fix it, and choose **Restart provisioning**.',
      helper: 'both',
    },
    {
      says: 'A user is "skipped" because it is not in scope',
      means:
        'The user is not assigned, or is only in a group inside an assigned group. Assign the ' +
        'user or the inner group.',
      helper: 'administrator',
    },
  ],
  renewal: [
    { say: 'With workload identity federation there is nothing to renew.' },
    {
      say:
        'With a secret or a token, note its end date. Ask the vendor for a new one two weeks ' +
        'before. Ask that the old one stays valid until you are done.',
    },
    {
      say:
        'Open **Provisioning > Connectivity**, in older portals **Edit provisioning > Admin ' +
        'Credentials**. Paste the new value over the old one.',
      checked: false,
    },
    { say: 'Choose **Test Connection**, then **Save**. Tell the vendor that the old one can be revoked.' },
    {
      say:
        'If provisioning is in quarantine, because the old one had ended, choose **Restart ' +
        'provisioning**.',
    },
  ],
};
