import { urns } from '../client/json.ts';
import { type Random, seededRandom } from '../client/random.ts';
import { type Attributes, primaryRole } from './attributes.ts';

const givenNames = [
  'Adele',
  'Alex',
  'Amélie',
  'Ångström',
  'Björn',
  'Chloë',
  'Diego',
  'Emily',
  'Fatima',
  'Grady',
  'Henrietta',
  'Isaiah',
  'Johanna',
  'José',
  'Łukasz',
  'Lynne',
  'Megan',
  'Miriam',
  'Nestor',
  'Patti',
  'Pradeep',
  'Søren',
  'Zoë',
];
const familyNames = [
  'Vance',
  'Wilber',
  "O'Neill",
  'Müller',
  'García Márquez',
  'Nowak',
  'van der Berg',
  'Archie',
  'Langer',
  'Bowen',
  'Bianchi',
  'Sørensen',
  'Yılmaz',
  'Robbins-Smith',
  '李',
  'Núñez',
  'Gupta',
  'Cartwright',
];
const departments = ['Sales', 'R&D', 'Human Resources', 'Finance / Controlling', 'IT', 'Geschäftsführung'];
const titles = ['Engineer', 'Sr. Engineer', 'VP, Sales', 'Buchhalter (m/w/d)', 'Chef de produit'];
const languages = ['en-US', 'de-DE', 'nb-NO', 'ja-JP', 'fr-CA'];
const cities: readonly (readonly [string, string, string, string, string])[] = [
  ['1 Microsoft Way', 'Redmond', 'WA', '98052', 'US'],
  ['Unter den Linden 17', 'Berlin', 'BE', '10117', 'DE'],
  ['38 Plantation St', 'Melbourne', 'VIC', '03000', 'AU'],
];
export const roleType = 'WindowsAzureActiveDirectoryRole';
const phoneForms = [
  '+1 (425) 555-####',
  '+49 30 ####-17',
  '0800.555.####',
  '22-377-####',
  '+44 (0)20 7946 ####',
];

/** Returns a telephone number as people type it, never in normal form. */
export function phoneNumber(random: Random): string {
  return random.pick(phoneForms).replace('####', String(random.below(10_000)).padStart(4, '0'));
}

/** Tells whether to create a user with the older shape of Entra ID's body, which has nulls at the top level. */
export function hasOlderShape(index: number): boolean {
  return index % 25 === 7;
}

/** Invents the person with this number, always the same for one seed. */
export function person(seed: number, index: number): Attributes {
  const random = seededRandom(seed, 'person', index);
  const given = random.pick(givenNames);
  const family = random.pick(familyNames);
  const userName = `${login(given)}.${login(family)}.${index}@s${seed}.contoso.example`;
  const attributes: Attributes = new Map<string, string | boolean>([
    ['externalId', random.guid()],
    ['userName', userName],
    ['active', true],
    ['displayName', `${given} ${family}`],
    ['name.formatted', `${given} ${family}`],
    ['name.familyName', family],
    ['name.givenName', given],
    ['emails[type eq "work"].value', userName],
    ['emails[type eq "work"].primary', true],
  ]);
  if (hasOlderShape(index)) return attributes;
  return new Map([...attributes, ...position(random, index), ...reachable(random), ...role(random)]);
}

function login(name: string): string {
  const ascii = name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z']/g, '');
  return ascii === '' ? 'li' : ascii;
}

function position(random: Random, index: number): readonly [string, string][] {
  const core: readonly [string, string][] = [
    ['title', random.pick(titles)],
    ['preferredLanguage', random.pick(languages)],
  ];
  if (random.chance(0.15)) return core;
  return [
    ...core,
    [`${urns.enterprise}:employeeNumber`, String(index).padStart(6, '0')],
    [`${urns.enterprise}:department`, random.pick(departments)],
  ];
}

function reachable(random: Random): readonly [string, string][] {
  const [street, locality, region, postalCode, country] = random.pick(cities);
  const address: readonly [string, string][] = [
    ['addresses[type eq "work"].streetAddress', street],
    ['addresses[type eq "work"].locality', locality],
    ['addresses[type eq "work"].region', region],
    ['addresses[type eq "work"].postalCode', postalCode],
    ['addresses[type eq "work"].country', country],
    ['addresses[type eq "work"].formatted', `${street}\n${postalCode} ${locality}`],
  ];
  const mobile: [string, string] = ['phoneNumbers[type eq "mobile"].value', phoneNumber(random)];
  return [
    ['phoneNumbers[type eq "work"].value', phoneNumber(random)],
    ...(random.chance(0.6) ? [mobile] : []),
    ...(random.chance(0.5) ? address : []),
  ];
}

function role(random: Random): readonly [string, string | boolean][] {
  if (!random.chance(0.1)) return [];
  return [
    [`${primaryRole}.primary`, true],
    [`${primaryRole}.type`, roleType],
    [`${primaryRole}.value`, random.pick(['Admin', 'User'])],
  ];
}
