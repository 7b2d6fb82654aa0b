import type { GuideTexts } from '../texts.ts';

/** The guide for a client without one of its own, in English. */
export const otherGuide: GuideTexts = {
  summary:
    'The product works with every identity provider that can send users over SCIM 2.0 (RFC 7643 and RFC 7644). ' +
    'Products call it SCIM client, outbound provisioning, or provisioning connector. An identity ' +
    'provider that only ' +
    'offers single sign-on (SAML, OpenID Connect) cannot do it: put one between that can.',
  needs: [
    'an identity provider that is a SCIM 2.0 *client*. Many are only a SCIM *server*, which is ' +
      'the other direction. SCIM 1.1 does not work',
    'HTTPS with TLS 1.2 or newer from it to the Tenant URL',
    'a pilot user whose access you may switch off and on',
  ],
  choices: {
    clientCredentials:
      'Choose it if the form has fields for a token endpoint, a client id and a client secret. ' +
      'The identity provider then works with tokens of one hour.',
    bearerToken:
      'Choose it if the form has one field for a token. It may be called API key, access token, ' +
      'secret token or HTTP header.',
  },
  parts: [
    {
      title: 'Enter the connection',
      steps: [
        {
          say: 'Create a connection of type SCIM 2.0. If you can choose between versions, never choose 1.1.',
        },
        {
          say: 'The names of the fields differ. Enter the address, which may also be called endpoint:',
          fields: [{ label: 'Base URL', copy: 'tenantUrl' }],
        },
        {
          say: 'With OAuth client credentials, enter:',
          fields: [
            { label: 'Token endpoint', copy: 'tokenEndpoint' },
            { label: 'Client id', copy: 'clientId' },
            { label: 'Client secret', copy: 'clientSecret' },
            { label: 'Scope', copy: 'scope' },
          ],
        },
        {
          say:
            'With a bearer token, enter it alone. If the form asks for a whole header, enter ' +
            '`Bearer`, a space, and the token as the value of the header `Authorization`.',
          fields: [{ label: 'Token', copy: 'secretToken' }],
        },
        { say: 'If you can choose the attribute that finds a user again, choose `userName`.' },
        {
          say:
            'If you can choose between PUT and PATCH for updates, choose PATCH. Both work. The ' +
            'product also takes bulk requests.',
        },
        { say: 'Test the connection.' },
      ],
    },
    {
      title: 'Choose who is provisioned',
      steps: [
        { say: 'Map the attributes of the table [below](#attributes).' },
        { say: 'Limit the connection to the pilot user. Many clients send everybody by default.' },
        {
          say:
            'If you can choose what happens to people who lose the application, choose ' +
            '**deactivate** rather than **delete**: the person keeps the groups and settings in ' +
            'case of a return.',
        },
      ],
    },
  ],
  attributes: [
    'Every attribute of the core and enterprise schemas of RFC 7643 can be sent. These are the usual ones.',
    'Give an e-mail address and a phone number a `type`, as in the table. Most products read ' +
      'only the work address.',
  ],
  pilot: [
    { say: 'Start the provisioning of the pilot user.' },
    {
      say:
        'Ask the vendor, or look into the product: the person is there, with the right name and ' +
        'e-mail address.',
    },
    {
      say:
        'Take the application away from the pilot user. The person has no access any more. Give it ' +
        'back: the person has access again.',
    },
    { say: 'Put the pilot user into a group that is sent, and out again.' },
    { say: 'Extend it to everybody.' },
  ],
  events: [
    { event: 'Your client creates a user (POST).', outcome: 'created' },
    {
      event:
        'Your client creates a user who is in the product without access (POST with the same `userName`).',
      outcome: 'enabled',
    },
    {
      event: 'Your client changes a user (PUT or PATCH).',
      outcome: 'changed',
      note: 'With PUT, values that are not sent are removed, except `active`.',
    },
    { event: 'Your client sets `active` to false.', outcome: 'disabled' },
    { event: 'Your client sets `active` to true.', outcome: 'enabled' },
    { event: 'Your client deletes a user (DELETE).', outcome: 'deleted' },
    { event: 'Your client creates a group.', outcome: 'groupCreated' },
    { event: 'Your client renames a group.', outcome: 'groupRenamed' },
    {
      event: 'Your client adds a member.',
      outcome: 'memberAdded',
      note: 'A member who does not exist yet joins when the person is created.',
    },
    { event: 'Your client removes a member.', outcome: 'memberRemoved' },
    {
      event: 'Your client replaces a group without sending members (PUT).',
      outcome: 'memberRemoved',
      note: 'All members leave the group.',
    },
    { event: 'Your client deletes a group.', outcome: 'groupDeleted' },
  ],
  logs: {
    say:
      'Look for a log of the provisioning or of the connection. If it shows only a number such as ' +
      '400, ask its maker where the text of the answer is.',
  },
  portalErrors: [
    {
      says: 'The certificate is not trusted, or the connection is refused',
      means: 'A proxy or firewall on your side is between. Allow the address of the Tenant URL.',
      helper: 'administrator',
    },
    {
      says: '405, or "method not allowed"',
      means:
        'Your client uses SCIM 1.1 or a request that SCIM 2.0 does not have. Send the vendor the ' +
        'whole entry of the log.',
      helper: 'vendor',
    },
  ],
  renewal: [
    {
      say:
        'Note the end date of the token or the client secret. Ask the vendor for a new one two ' +
        'weeks before. Ask that the old one stays valid until you are done.',
    },
    { say: 'Enter the new one and test the connection.' },
    { say: 'Tell the vendor that the old one can be revoked.' },
  ],
};
