import type { Attribute, Schema } from './attribute.ts';
import { attribute, complex, readOnly, reference, several } from './declare.ts';

const freeType = attribute('type', 'The purpose of the value, in any words.');
const place = attribute('type', 'The place of the address, such as work or home.', {
  canonicalValues: ['work', 'home', 'other'],
});

const display = attribute('display', 'The value as it is shown to people.');
const primary = attribute(
  'primary',
  'True if this is the preferred value. At most one value can be preferred.',
  { type: 'boolean' },
);

/** Lists the sub-attributes that most multi-valued attributes have beside their value (RFC 7643 2.4). */
function labels(type = freeType): readonly Attribute[] {
  return [display, type, primary];
}

/** The attribute that tells if a user can use the product. A PUT without it leaves it as it was. */
export const active = attribute('active', 'True if the user can use the product.', { type: 'boolean' });

/** The schema of users (RFC 7643 4.1 and 8.7.1). */
export const userSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'The account of a person or of a service.',
  attributes: [
    attribute(
      'userName',
      'The name with which the user signs in. It is unique in the tenant, ignoring case.',
      { required: true, uniqueness: 'server' },
    ),
    complex('name', "The user's name in parts, as a whole, or both.", [
      attribute('formatted', 'The whole name as it is displayed, including titles.'),
      attribute('familyName', 'The family name, or last name in most Western languages.'),
      attribute('givenName', 'The given name, or first name in most Western languages.'),
      attribute('middleName', 'The middle name or names.'),
      attribute('honorificPrefix', 'The prefix of the name, such as "Ms.".'),
      attribute('honorificSuffix', 'The suffix of the name, such as "III".'),
    ]),
    attribute('displayName', 'The name that is shown to other people, preferably the full name.'),
    attribute('nickName', 'The casual name of the user. It is not used to sign in.'),
    reference('profileUrl', ['external'], "The URL of the user's page."),
    attribute('title', 'The job title, such as "Vice President".'),
    attribute(
      'userType',
      'The relationship of the user to the organization, such as "Employee" or "Contractor".',
    ),
    attribute(
      'preferredLanguage',
      'The preferred languages of the user, in the format of the header Accept-Language.',
    ),
    attribute('locale', 'The language tag for formats of dates, numbers and currencies, such as "en-US".'),
    attribute('timezone', 'The time zone by its IANA name, such as "America/Los_Angeles".'),
    active,
    attribute('password', 'A new password in clear text. It is never returned.', {
      mutability: 'writeOnly',
      returned: 'never',
    }),
    several('emails', 'The e-mail addresses of the user.', [
      attribute('value', 'The e-mail address. The canonical form has its domain in lower case.', {
        canonicalForm: 'email',
      }),
      ...labels(place),
    ]),
    several('phoneNumbers', 'The telephone numbers of the user.', [
      attribute(
        'value',
        'The number. The canonical form of a telephone URI has hyphens between its digits.',
        {
          canonicalForm: 'tel',
        },
      ),
      ...labels(
        attribute('type', 'The kind of number, such as mobile or fax.', {
          canonicalValues: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
        }),
      ),
    ]),
    several('ims', 'The instant messaging addresses of the user.', [
      attribute('value', 'The address. The canonical form is in lower case and without spaces.', {
        canonicalForm: 'im',
      }),
      ...labels(
        attribute('type', 'The messaging network.', {
          canonicalValues: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo', 'other'],
        }),
      ),
    ]),
    several('photos', 'Pictures of the user.', [
      reference('value', ['external'], 'The URL of the picture.'),
      ...labels(attribute('type', 'The size of the picture.', { canonicalValues: ['photo', 'thumbnail'] })),
    ]),
    several('addresses', 'The postal addresses of the user.', [
      attribute('formatted', 'The whole address as on a mailing label. It can have several lines.'),
      attribute(
        'streetAddress',
        'The street and house number, or the post office box. It can have several lines.',
      ),
      attribute('locality', 'The town or city.'),
      attribute('region', 'The state or region.'),
      attribute('postalCode', 'The postal code.'),
      attribute('country', 'The country, preferably as its ISO 3166-1 alpha-2 code.'),
      place,
      primary,
    ]),
    ...readOnly([
      several('groups', 'The groups that the user is in. To change them, change the groups.', [
        attribute('value', 'The id of the group.', { caseExact: true }),
        reference('$ref', ['Group'], 'The URI of the group.'),
        attribute('display', 'The display name of the group.'),
        attribute('type', 'The membership: direct, or indirect through another group.', {
          canonicalValues: ['direct', 'indirect'],
        }),
      ]),
    ]),
    several('entitlements', 'The entitlements of the user.', [
      attribute('value', 'The name of the entitlement.'),
      ...labels(),
    ]),
    several('roles', 'The roles of the user in the product.', [
      attribute('value', 'The name of the role.'),
      ...labels(),
    ]),
    several('x509Certificates', 'The certificates of the user.', [
      attribute('value', 'A DER-encoded X.509 certificate in base64.', { type: 'binary', caseExact: true }),
      ...labels(),
    ]),
  ],
};
