import type { Attribute, Schema } from './attribute.ts';
import { readOnly, reference, several } from './declare.ts';

type Characteristics = Omit<Attribute, 'name'>;

const freeType: Characteristics = { description: 'The purpose of the value, in any words.' };
const place: Characteristics = {
  canonicalValues: ['work', 'home', 'other'],
  description: 'The place of the address, such as work or home.',
};

const primary: Attribute = {
  name: 'primary',
  type: 'boolean',
  description: 'True if this is the preferred value. At most one value can be preferred.',
};

/** Declares the sub-attributes that most multi-valued attributes have (RFC 7643 2.4). */
function parts(value: Characteristics, type = freeType): readonly Attribute[] {
  return [
    { ...value, name: 'value' },
    { name: 'display', description: 'The value as it is shown to people.' },
    { ...type, name: 'type' },
    primary,
  ];
}

/** The schema of users (RFC 7643 4.1 and 8.7.1). */
export const userSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'The account of a person or of a service.',
  attributes: [
    {
      name: 'userName',
      required: true,
      uniqueness: 'server',
      description: 'The name with which the user signs in. It is unique in the tenant, ignoring case.',
    },
    {
      name: 'name',
      type: 'complex',
      description: "The user's name in parts, as a whole, or both.",
      subAttributes: [
        { name: 'formatted', description: 'The whole name as it is displayed, including titles.' },
        { name: 'familyName', description: 'The family name, or last name in most Western languages.' },
        { name: 'givenName', description: 'The given name, or first name in most Western languages.' },
        { name: 'middleName', description: 'The middle name or names.' },
        { name: 'honorificPrefix', description: 'The prefix of the name, such as "Ms.".' },
        { name: 'honorificSuffix', description: 'The suffix of the name, such as "III".' },
      ],
    },
    { name: 'displayName', description: 'The name that is shown to other people, preferably the full name.' },
    { name: 'nickName', description: 'The casual name of the user. It is not used to sign in.' },
    reference('profileUrl', ['external'], "The URL of the user's page."),
    { name: 'title', description: 'The job title, such as "Vice President".' },
    {
      name: 'userType',
      description: 'The relationship of the user to the organization, such as "Employee" or "Contractor".',
    },
    {
      name: 'preferredLanguage',
      description: 'The preferred languages of the user, in the format of the header Accept-Language.',
    },
    {
      name: 'locale',
      description: 'The language tag for formats of dates, numbers and currencies, such as "en-US".',
    },
    { name: 'timezone', description: 'The time zone by its IANA name, such as "America/Los_Angeles".' },
    { name: 'active', type: 'boolean', description: 'True if the user can use the product.' },
    {
      name: 'password',
      mutability: 'writeOnly',
      returned: 'never',
      description: 'A new password in clear text. It is never returned.',
    },
    several(
      'emails',
      'The e-mail addresses of the user.',
      parts(
        {
          canonicalForm: 'email',
          description: 'The e-mail address. The canonical form has its domain in lower case.',
        },
        place,
      ),
    ),
    several(
      'phoneNumbers',
      'The telephone numbers of the user.',
      parts(
        {
          canonicalForm: 'tel',
          description: 'The number. The canonical form of a telephone URI has hyphens between its digits.',
        },
        {
          canonicalValues: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
          description: 'The kind of number, such as mobile or fax.',
        },
      ),
    ),
    several(
      'ims',
      'The instant messaging addresses of the user.',
      parts(
        {
          canonicalForm: 'im',
          description: 'The address. The canonical form is in lower case and without spaces.',
        },
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
      {
        name: 'formatted',
        description: 'The whole address as on a mailing label. It can have several lines.',
      },
      {
        name: 'streetAddress',
        description: 'The street and house number, or the post office box. It can have several lines.',
      },
      { name: 'locality', description: 'The town or city.' },
      { name: 'region', description: 'The state or region.' },
      { name: 'postalCode', description: 'The postal code.' },
      { name: 'country', description: 'The country, preferably as its ISO 3166-1 alpha-2 code.' },
      { ...place, name: 'type' },
      primary,
    ]),
    ...readOnly([
      several('groups', 'The groups that the user is in. To change them, change the groups.', [
        { name: 'value', caseExact: true, description: 'The id of the group.' },
        reference('$ref', ['Group'], 'The URI of the group.'),
        { name: 'display', description: 'The display name of the group.' },
        {
          name: 'type',
          canonicalValues: ['direct', 'indirect'],
          description: 'The membership: direct, or indirect through another group.',
        },
      ]),
    ]),
    several(
      'entitlements',
      'The entitlements of the user.',
      parts({ description: 'The name of the entitlement.' }),
    ),
    several(
      'roles',
      'The roles of the user in the product.',
      parts({ description: 'The name of the role.' }),
    ),
    several(
      'x509Certificates',
      'The certificates of the user.',
      parts({
        type: 'binary',
        caseExact: true,
        description: 'A DER-encoded X.509 certificate in base64.',
      }),
    ),
  ],
} as const satisfies Schema;
