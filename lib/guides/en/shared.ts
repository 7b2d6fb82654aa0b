import type { SharedTexts } from '../texts.ts';
import { answers } from './answers.ts';

/** The English texts that all guides share. */
export const shared: SharedTexts = {
  headings: {
    index: 'Connect your identity provider',
    connect: 'Connect',
    needs: 'Before you begin',
    values: 'Values that you get from the vendor',
    choices: 'Choose how to authenticate',
    attributes: 'Attributes',
    users: 'Users',
    groups: 'Groups',
    pilot: 'Test with one user',
    events: "What happens to a person's access",
    errors: 'Errors',
    portalErrors: 'In the portal',
    answers: 'From the product',
    renewal: 'Renew the credential',
    sources: 'Sources',
  },
  columns: {
    provider: 'Identity provider',
    ways: 'Ways to authenticate, the recommended one first',
    groups: 'Groups',
    value: 'Value',
    credential: 'Needed for',
    about: 'About it',
    attribute: 'SCIM attribute',
    source: 'Comes from',
    needed: 'Needed',
    meaning: 'Meaning',
    event: 'In your identity provider',
    access: 'In the product',
    shown: 'Message',
    status: 'Status',
    means: 'Meaning, and what to do',
    helper: 'Fixed by',
  },
  unchecked: '*(not checked)*',
  notes: {
    index:
      "These guides are for a customer's administrator, who connects an identity provider with a product. Each one " +
      'leads from the values that the vendor hands over to the first user, and says what happens to ' +
      'the access of people ' +
      'afterwards. They are in the words of the portals.',
    indexEnd:
      'Every label comes from a source that the guide names with its date. If no source shows a label, it ' +
      'has the mark *(not checked)*.',
    yes: 'yes',
    no: 'no',
    vendor:
      'This guide is for the administrator of your identity provider. The *product* is the software that receives ' +
      'your users and groups, over a standard called SCIM. The *vendor* is the company that ' +
      'offers it to you.',
    marks:
      'We took the labels of the portal from the sources at the end of this page and did not see the ' +
      'portal itself. ' +
      'We found no good source for what is marked *(not checked)*: it may look different for you. Portals change. ' +
      'If a step does not fit what you see, tell the vendor.',
    recommended: 'recommended',
    choice: 'Below, follow only the steps for the way that you choose.',
    attributes:
      'An attribute that is required must have a value for every user, or the user is refused. Most products need ' +
      'the recommended ones. The vendor can require more of them, and the message of a refused user then names the ' +
      'missing one. You need not map the others.',
    noGroups: 'This identity provider sends no groups.',
    events:
      'The table says what the product receives. The vendor can add conditions: an invitation that the person must ' +
      'accept, a free licence, or a group that the person must be in.',
    errors:
      '*The provider who gave you the Tenant URL* means the vendor. Parts in angle brackets or quotation marks are ' +
      'different in each case. A message can begin with *Operation* and a number. If you ask for ' +
      'help, send the vendor the whole message, its time, and ' +
      'the user that it is about. Never send a token or a secret.',
    ownSource: 'sent by itself',
    read: 'read on',
  },
  values: {
    tenantUrl: {
      name: 'Tenant URL',
      about:
        'The address of the product for your organization. It begins with `https://`. Paste all ' +
        'of it, without a slash at the end.',
    },
    secretToken: {
      name: 'Secret token',
      about:
        'A text that begins with `muster_`. The vendor can show it only once, so ask for a new ' +
        'one if it is lost. Treat it like a password. It has an end date: ask for it and note it.',
    },
    tokenEndpoint: {
      name: 'Token endpoint',
      about:
        'The address at which your identity provider asks for short-lived tokens. It begins with `https://`.',
    },
    clientId: { name: 'Client id', about: 'A name for your connection. It is not secret.' },
    clientSecret: {
      name: 'Client secret',
      about:
        'The password of the client id. The vendor can show it only once. It has an end date: ' +
        'ask for it and note it.',
    },
    scope: { name: 'Scope', about: 'Always `scim`. If the form has no field for it, you do not need it.' },
  },
  credentials: {
    federation: 'Workload identity federation',
    clientCredentials: 'OAuth client credentials',
    bearerToken: 'Bearer token',
  },
  outcomes: {
    created: 'The person is created and has access.',
    changed: 'The new values arrive.',
    disabled:
      'Access ends. The person, all values and all group memberships are kept, in case the person returns.',
    enabled: 'The same person has access again, in the same groups as before.',
    deleted:
      'Access ends, and the person leaves all groups. If this was a mistake, ask the vendor at ' +
      'once: it can be undone for a limited time, or not at all.',
    groupCreated: 'The group is created with its members.',
    groupRenamed: 'The group has the new name and keeps its members.',
    groupDeleted:
      'The group is deleted. The people stay. If the product requires a group, people who are in ' +
      'no other group lose access.',
    memberAdded: 'The person is in the group.',
    memberRemoved:
      'The person leaves this group and stays in the others. If the product requires a group, ' +
      'access ends with the last one.',
    nothing: 'Nothing changes, because nothing is sent.',
  },
  helpers: { administrator: 'you', vendor: "the vendor's support", both: "you, then the vendor's support" },
  meanings: {
    active: "Switches the person's access on and off.",
    externalId:
      'The id in your identity provider. It always stays the same, so the product recognizes a ' +
      'person or group after a change of name.',
    'emails[type eq "work"].value': 'The work e-mail address.',
    'emails.value': 'The e-mail address.',
    'phoneNumbers[type eq "work"].value': 'The work phone number.',
    'phoneNumbers[type eq "mobile"].value': 'The mobile phone number.',
    'phoneNumbers[type eq "fax"].value': 'The fax number.',
    preferredLanguage: 'The language, such as `de` or `en-US`.',
    timezone: 'The time zone, such as `Europe/Berlin`.',
    'photos[type eq "photo"].value': 'The address of a picture.',
    'roles[primary eq "True"].value': 'The role of the person in the product.',
    'roles.value': 'The role of the person in the product.',
    members: 'The people in the group.',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager': "The person's manager.",
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value':
      "The id of the person's manager in the product.",
  },
  needed: { required: 'required', advised: 'recommended', optional: 'optional' },
  answers,
};
