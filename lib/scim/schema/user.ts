import type { Attribute, Schema } from './attribute.ts';
import { readOnly, reference, several } from './declare.ts';

type Characteristics = Omit<Attribute, 'name'>;

const freeType: Characteristics = { description: 'What the value is for; any word.' };
const place: Characteristics = {
  canonicalValues: ['work', 'home', 'other'],
  description: 'Where the address belongs.',
};

const primary: Attribute = {
  name: 'primary',
  type: 'boolean',
  description: 'Whether this is the preferred value; true for one value at most.',
};

/** Declares the sub-attributes that most attributes with several values have (RFC 7643 2.4). */
function parts(value: Characteristics, type = freeType): readonly Attribute[] {
  return [
    { ...value, name: 'value' },
    { name: 'display', description: 'The value as a person would read it.' },
    { ...type, name: 'type' },
    primary,
  ];
}

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
    reference('profileUrl', ['external'], "The URL of the user's page."),
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
    several(
      'emails',
      'The e-mail addresses of the user.',
      parts({ canonicalForm: 'email', description: 'The e-mail address; its domain in lower case.' }, place),
    ),
    several(
      'phoneNumbers',
      'The telephone numbers of the user.',
      parts(
        {
          canonicalForm: 'tel',
          description: 'The number, kept as it was sent; a telephone URI gets hyphens between its digits.',
        },
        {
          canonicalValues: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
          description: 'What the number reaches.',
        },
      ),
    ),
    several(
      'ims',
      'The instant messaging addresses of the user.',
      parts(
        { canonicalForm: 'im', description: 'The address, in lower case and without spaces.' },
        {
          canonicalValues: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo', 'other'],
          description: 'The messaging network.',
        },
      ),
    ),
    several(
      'photos',
      'Pictures of the user.',
      parts(reference('value', ['external'], 'The URL of the picture.'), {
        canonicalValues: ['photo', 'thumbnail'],
        description: 'The size of the picture.',
      }),
    ),
    several('addresses', 'The postal addresses of the user.', [
      { name: 'formatted', description: 'The whole address as on a label; it may have several lines.' },
      { name: 'streetAddress', description: 'Street and house number, or the box; may have lines.' },
      { name: 'locality', description: 'The town or city.' },
      { name: 'region', description: 'The state or region.' },
      { name: 'postalCode', description: 'The postal code.' },
      { name: 'country', description: 'The country, best as its ISO 3166-1 alpha-2 code.' },
      { ...place, name: 'type' },
      primary,
    ]),
    ...readOnly([
      several('groups', 'The groups that the user is in; changed through the groups.', [
        { name: 'value', caseExact: true, description: 'The id of the group.' },
        reference('$ref', ['Group'], 'The URI of the group.'),
        { name: 'display', description: 'The display name of the group.' },
        {
          name: 'type',
          canonicalValues: ['direct', 'indirect'],
          description: 'Whether the user is a member itself or through another group.',
        },
      ]),
    ]),
    several(
      'entitlements',
      'What the user has a right to.',
      parts({ description: 'The word for the right.' }),
    ),
    several(
      'roles',
      'The roles of the user in the product.',
      parts({ description: 'The word for the role.' }),
    ),
    several(
      'x509Certificates',
      'The certificates of the user.',
      parts({
        type: 'binary',
        caseExact: true,
        description: 'One DER-encoded X.509 certificate in base64.',
      }),
    ),
  ],
} as const satisfies Schema;
