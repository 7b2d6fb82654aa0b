import type { GuideTexts } from '../texts.ts';

/** The guide for Keycloak, in English. */
export const keycloakGuide: GuideTexts = {
  summary:
    '**Keycloak itself sends nothing over SCIM.** The setting **SCIM API** of a realm is for the ' +
    'other direction: it lets others ' +
    'write into Keycloak. To send users, you install an extension. This guide shows ' +
    '**keycloak-scim**, which is free and ' +
    'open. **SCIM for Keycloak** (scim-for-keycloak.de) is a commercial one that can do more. keycloak-scim ' +
    'sends **all** users of the realm, so use a realm in which everybody may use the product.',
  needs: [
    'a Keycloak server on which you can install an extension and restart it, and a version of ' +
      'the extension that fits',
    'the right to manage the realm',
    'a network in which Keycloak can reach the Tenant URL over HTTPS',
    'a test realm with one pilot user: the extension cannot be limited to single people in another way',
    'a word from the vendor that the product works without given name and family name, and with an e-mail address ' +
      'that has no type: keycloak-scim sends only these. If the vendor needs more, use SCIM for Keycloak',
  ],
  choices: { bearerToken: 'Do not choose `BASIC_AUTH`: the product does not accept it.' },
  parts: [
    {
      title: 'Install the extension',
      steps: [
        {
          say:
            'Download the file of keycloak-scim for your version of Keycloak, as its README says, ' +
            'and check where it comes from.',
        },
        { say: 'Put it into `/opt/keycloak/providers/` and restart Keycloak.' },
        {
          say:
            'In the Admin Console, open **Realm settings > Events**, in older versions **Events > ' +
            'Config**. Add `scim` to **Event listeners** and choose **Save**.',
        },
      ],
    },
    {
      title: 'Enter the connection',
      steps: [
        { say: 'Open **User federation**, choose **Add provider**, and select `scim`.' },
        {
          say: 'Enter the values:',
          fields: [
            { label: 'SCIM 2.0 endpoint', copy: 'tenantUrl' },
            { label: 'Endpoint content type', copy: { text: 'application/scim+json' } },
            { label: 'Auth mode', copy: { text: 'BEARER' } },
            { label: 'Bearer token', copy: 'secretToken' },
          ],
        },
        {
          say:
            '**Leave "Enable import during sync" off.** With the import action `DELETE_REMOTE`, ' +
            'the extension deletes everybody in the product whom this realm does not know. With ' +
            '`CREATE_LOCAL`, it creates them in Keycloak.',
        },
        { say: 'Switch **Enable refresh during sync** on and choose **Save**.' },
      ],
    },
    {
      title: 'Or: SCIM for Keycloak',
      steps: [
        {
          say:
            'Install it as its documentation says. Open its own admin console, the realm, and ' +
            'switch **SCIM Enabled** on.',
          checked: false,
        },
        {
          say:
            'Open **Remote SCIM Provider**, choose **+**, and enter the values. Choose the bearer ' +
            'token as the way to authenticate.',
          fields: [
            { label: 'Base URL', copy: 'tenantUrl', checked: false },
            { label: 'Bearer token', copy: 'secretToken', checked: false },
          ],
          checked: false,
        },
        {
          say:
            'Choose **Load Provider Configuration**. Under **Resource Types**, select User and ' +
            'Group. Under **Realm Assignment**, select the realm. Map the e-mail address to the ' +
            'type `work`.',
          checked: false,
        },
      ],
    },
  ],
  attributes: [
    'The table is for keycloak-scim, whose mapping is fixed. A role is sent only if you give it ' +
      'the attribute `scim` with the value `true`. A user with the attribute `scim-skip` = `true` ' +
      'is not sent.',
    'The e-mail address has no type. If the vendor requires `emails[type eq "work"].value`, ' +
      'every user is refused.',
  ],
  pilot: [
    {
      say: 'In the test realm, create the pilot user with an e-mail address. The extension sends it at once.',
    },
    {
      say:
        'Ask the vendor, or look into the product: the person is there, with the right name and ' +
        'e-mail address.',
    },
    {
      say:
        'Switch **Enabled** off for the pilot user. The person has no access to the product any ' +
        'more. Switch it on: the same person has access again.',
    },
    {
      say:
        'Repeat the connection in the real realm. Choose **Sync all users** on the page of the ' +
        'provider to send those who are there already.',
      checked: false,
    },
  ],
  events: [
    { event: 'A user is created or registers.', outcome: 'created' },
    { event: 'A value of the user changes.', outcome: 'changed' },
    { event: 'You switch **Enabled** off.', outcome: 'disabled' },
    { event: 'You switch **Enabled** on.', outcome: 'enabled' },
    { event: 'You delete the user, or the user deletes the account.', outcome: 'deleted' },
    { event: 'A group is created.', outcome: 'groupCreated' },
    { event: 'You rename the group.', outcome: 'groupRenamed', checked: false },
    { event: 'A person joins the group.', outcome: 'memberAdded' },
    { event: 'A person leaves the group.', outcome: 'memberRemoved' },
    { event: 'You delete the group.', outcome: 'groupDeleted' },
    {
      event: 'The product does not answer when one of these happens.',
      outcome: 'nothing',
      note:
        'The extension does not repeat it. Run **Sync all users** afterwards. It sends new and ' +
        'changed users. Ask the vendor to delete those whom you deleted.',
      checked: false,
    },
  ],
  logs: {
    say:
      'The extension writes into the log of the Keycloak server. Search for `scim`. The Admin ' +
      'Console does not show these errors.',
  },
  portalErrors: [
    {
      says: '`scim` is not in the list of providers or event listeners',
      means:
        'The file is not in the right folder, or does not fit your version of Keycloak. Read the ' +
        'log of the start.',
      helper: 'administrator',
    },
    {
      says: 'Users are sent by **Sync all users**, but not when they change',
      means: 'The event listener is missing in this realm.',
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
        'Open **User federation** and the provider, paste the new token into **Bearer token**, and ' +
        'choose **Save**.',
    },
    {
      say:
        'Choose **Sync all users** and read the log of the server. Then tell the vendor that the ' +
        'old token can be revoked.',
      checked: false,
    },
  ],
};
