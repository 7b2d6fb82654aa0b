import type { Attribute, Schema } from './attribute.ts';

/** The sub-attribute `display` of a multi-valued attribute (RFC 7643 2.4). */
const display = {
  name: 'display',
  description: 'The value as a person would read it.',
} as const satisfies Attribute;

/** The sub-attribute `primary` of a multi-valued attribute (RFC 7643 2.4). */
const primary = {
  name: 'primary',
  type: 'boolean',
  description: 'Whether this is the preferred value; true for one value at most.',
} as const satisfies Attribute;

/** The sub-attribute `type` where no values are suggested (RFC 7643 2.4). */
const freeType = {
  name: 'type',
  description: 'What the value is for; any word.',
} as const satisfies Attribute;

/** The schema of users (RFC 7643 4.1 and 8.7.1). */
export const userSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'A person, or something that acts like one, with an account.',
  attributes: [
    {
      name: 'userName',
      required: true,
      uniqueness: 'server',
      description: 'The name by which the user signs in; unique in the tenant, whatever its case.',
    },
    {
      name: 'name',
      type: 'complex',
      description: "The parts of the user's name, the whole of it, or both.",
      subAttributes: [
        { name: 'formatted', description: 'The whole name as it is displayed, titles included.' },
        { name: 'familyName', description: 'The family name, or last name in most Western languages.' },
        { name: 'givenName', description: 'The given name, or first name in most Western languages.' },
        { name: 'middleName', description: 'The middle name or names.' },
        { name: 'honorificPrefix', description: 'What precedes the name, such as "Ms.".' },
        { name: 'honorificSuffix', description: 'What follows the name, such as "III".' },
      ],
    },
    { name: 'displayName', description: 'The name shown to other people; best the full name.' },
    { name: 'nickName', description: 'The casual name of the user; not the one to sign in with.' },
    {
      name: 'profileUrl',
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
      description: "The URL of the user's page.",
    },
    { name: 'title', description: 'The job title, such as "Vice President".' },
    {
      name: 'userType',
      description: 'How the user relates to the organization, such as "Employee" or "Contractor".',
    },
    {
      name: 'preferredLanguage',
      description: 'The languages the user likes to read, written as in the header Accept-Language.',
    },
    { name: 'locale', description: 'The language tag that decides about formats, such as "en-US".' },
    { name: 'timezone', description: 'The time zone by its IANA name, such as "America/Los_Angeles".' },
    { name: 'active', type: 'boolean', description: 'Whether the user may use the product.' },
    {
      name: 'password',
      mutability: 'writeOnly',
      returned: 'never',
      description: 'The clear text of a password to set; it is never returned.',
    },
    {
      name: 'emails',
      type: 'complex',
      multiValued: true,
      description: 'The e-mail addresses of the user.',
      subAttributes: [
        {
          name: 'value',
          canonicalForm: 'email',
          description: 'The e-mail address; its domain in lower case.',
        },
        display,
        {
          name: 'type',
          canonicalValues: ['work', 'home', 'other'],
          description: 'Where the address belongs.',
        },
        primary,
      ],
    },
    {
      name: 'phoneNumbers',
      type: 'complex',
      multiValued: true,
      description: 'The telephone numbers of the user.',
      subAttributes: [
        {
          name: 'value',
          canonicalForm: 'tel',
          description: 'The number, kept as it was sent; a telephone URI gets hyphens between its digits.',
        },
        display,
        {
          name: 'type',
          canonicalValues: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
          description: 'What the number reaches.',
        },
        primary,
      ],
    },
    {
      name: 'ims',
      type: 'complex',
      multiValued: true,
      description: 'The instant messaging addresses of the user.',
      subAttributes: [
        { name: 'value', canonicalForm: 'im', description: 'The address, in lower case and without spaces.' },
        display,
        {
          name: 'type',
          canonicalValues: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo', 'other'],
          description: 'The messaging network.',
        },
        primary,
      ],
    },
    {
      name: 'photos',
      type: 'complex',
      multiValued: true,
      description: 'Pictures of the user.',
      subAttributes: [
        {
          name: 'value',
          type: 'reference',
          referenceTypes: ['external'],
          caseExact: true,
          description: 'The URL of the picture.',
        },
        display,
        { name: 'type', canonicalValues: ['photo', 'thumbnail'], description: 'The size of the picture.' },
        primary,
      ],
    },
    {
      name: 'addresses',
      type: 'complex',
      multiValued: true,
      description: 'The postal addresses of the user.',
      subAttributes: [
        { name: 'formatted', description: 'The whole address as on a label; it may have several lines.' },
        { name: 'streetAddress', description: 'Street and house number, or the box; may have lines.' },
        { name: 'locality', description: 'The town or city.' },
        { name: 'region', description: 'The state or region.' },
        { name: 'postalCode', description: 'The postal code.' },
        { name: 'country', description: 'The country, best as its ISO 3166-1 alpha-2 code.' },
        {
          name: 'type',
          canonicalValues: ['work', 'home', 'other'],
          description: 'Where the address belongs.',
        },
        primary,
      ],
    },
    {
      name: 'groups',
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
      description: 'The groups that the user is in; changed through the groups.',
      subAttributes: [
        {
          name: 'value',
          caseExact: true,
          mutability: 'readOnly',
          description: 'The id of the group.',
        },
        {
          name: '$ref',
          type: 'reference',
          referenceTypes: ['Group'],
          caseExact: true,
          mutability: 'readOnly',
          description: 'The URI of the group.',
        },
        { name: 'display', mutability: 'readOnly', description: 'The display name of the group.' },
        {
          name: 'type',
          canonicalValues: ['direct', 'indirect'],
          mutability: 'readOnly',
          description: 'Whether the user is a member itself or through another group.',
        },
      ],
    },
    {
      name: 'entitlements',
      type: 'complex',
      multiValued: true,
      description: 'What the user has a right to.',
      subAttributes: [{ name: 'value', description: 'The word for the right.' }, display, freeType, primary],
    },
    {
      name: 'roles',
      type: 'complex',
      multiValued: true,
      description: 'The roles of the user in the product.',
      subAttributes: [{ name: 'value', description: 'The word for the role.' }, display, freeType, primary],
    },
    {
      name: 'x509Certificates',
      type: 'complex',
      multiValued: true,
      description: 'The certificates of the user.',
      subAttributes: [
        {
          name: 'value',
          type: 'binary',
          caseExact: true,
          description: 'One DER-encoded X.509 certificate in base64.',
        },
        display,
        freeType,
        primary,
      ],
    },
  ],
} as const satisfies Schema;
