import type { JsonObject } from '../../lib/scim/json.ts';

const titles = ['Engineer', 'Senior Engineer', 'Account Manager', 'Controller', 'Buyer'];
const rareTitle = 'Vice President';
const usersPerRareTitle = 400;
const departments = ['Sales', 'Research', 'Finance', 'Operations'];
const givenNames = ['Adele', 'Björn', 'Chloë', 'Diego', 'Fatima', 'Grady', 'Johanna', 'Miriam'];
const familyNames = ['Vance', 'Müller', 'Nowak', 'Langer', 'Bowen', 'Bianchi', 'Gupta'];
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const pick = (items: readonly string[], index: number) => items[index % items.length] ?? '';

/** Returns the attributes by which clients look for the sample user with this number. */
export function sampleKeys(index: number): { userName: string; externalId: string; email: string } {
  const userName = `user.${index}@contoso.example`;
  return { userName, externalId: `external-${String(index).padStart(8, '0')}`, email: userName };
}

/** Returns a user as Entra ID creates it with its default attribute mapping, always the same for one number. */
export function sampleUser(index: number): JsonObject {
  const { userName, externalId, email } = sampleKeys(index);
  const [givenName, familyName] = [pick(givenNames, index), pick(familyNames, index)];
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    externalId,
    userName,
    active: true,
    displayName: `${givenName} ${familyName}`,
    name: { formatted: `${givenName} ${familyName}`, familyName, givenName },
    title: index % usersPerRareTitle === 0 ? rareTitle : pick(titles, index),
    preferredLanguage: 'en-US',
    emails: [{ value: email, type: 'work', primary: true }],
    phoneNumbers: [{ value: `+1 425 555 ${String(index % 10_000).padStart(4, '0')}`, type: 'work' }],
    addresses: [
      {
        streetAddress: '1 Main Street',
        locality: 'Redmond',
        postalCode: '98052',
        country: 'US',
        type: 'work',
      },
    ],
    [enterprise]: { employeeNumber: String(index), department: pick(departments, index) },
  };
}
