import { clientSigns } from '../../lib/scim/client-signs.ts';
import { clientQuirks } from '../../lib/scim/quirks/client-quirks.ts';
import { type ClientProfile, clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import { type ProfileTraits, profileTraits } from '../../lib/scim/quirks/traits.ts';
import { type Page, toTable } from './page.ts';

/** The case that a trait decides, and the meanings of its values. */
type Meaning = readonly [decided: string, meanings: Readonly<Record<string, string>>];

const traits: Readonly<Record<keyof ProfileTraits, Meaning>> = {
  patchAnswer: [
    'The answer to a PATCH of a user or group',
    { resource: 'the resource', none: '204 without a body' },
  ],
  returningUser: [
    'A POST with the `userName` of an inactive user',
    { reactivate: 'that user comes back', conflict: '409 `uniqueness`' },
  ],
  unknownMember: [
    'A member that does not exist yet',
    { keep: 'it joins when it is created', refuse: '400 `invalidValue`' },
  ],
  bareKey: ['A key without the word Bearer', { true: 'accepted', false: '401' }],
  keepsAsSent: ['Values with a canonical form', { true: 'as they were sent', false: 'in that form' }],
  unlisted: ['Attributes that are accepted, but not in /Schemas', { '': 'none' }],
  emptyPatch: ['A PATCH without operations', { accept: 'nothing changes', refuse: '400 `invalidSyntax`' }],
  unmatchedReplace: [
    'A `replace` whose filter selects nothing',
    { create: 'the value is created', refuse: '400 `noTarget`' },
  ],
  emptyMembers: ['A group without members', { shown: '`members` is `[]`', omitted: 'no `members`' }],
  absent: ['Attributes of users that the endpoint does not have', { '': 'none' }],
  repeatable: [
    'Attributes that several operations of one PATCH may name, in spite of the interoperability profile',
    { '': 'none' },
  ],
  interop: ['The interoperability profile', { true: 'applies', false: 'does not apply' }],
};

function traitRows(): readonly (readonly string[])[] {
  const names = Object.keys(traits) as (keyof ProfileTraits)[];
  return names.flatMap((name) => {
    const [decided, meanings] = traits[name];
    const valueIn = (profile: ClientProfile) => String(profileTraits[profile][name]);
    return [...new Set(clientProfiles.map(valueIn))].map((value) => [
      decided,
      meanings[value] ?? codes(value.split(',')),
      codes(clientProfiles.filter((profile) => valueIn(profile) === value)),
    ]);
  });
}

const codes = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(' ');

/** Writes the page of client profiles from the tables that correct requests. */
export function clientsPage(): Page {
  const quirks = clientQuirks.map(({ id, clients, deviation, normalisation, evidence }) => [
    `\`${id}\``,
    codes(clients),
    deviation,
    normalisation,
    evidence,
  ]);
  const signs = clientSigns.map(({ id, client, sign, evidence }) => [
    `\`${id}\``,
    `\`${client}\``,
    sign,
    evidence,
  ]);
  return {
    path: 'docs/reference/clients.md',
    text: `# Client profiles

\`npm run docs\` generates this page from the tables with which Muster corrects requests. [The life of a
user](../lifecycle.md) says what a profile is, and which one a tenant gets.

## Choices

Where the RFCs allow more than one behaviour, the profile has the one that suits its client.

${toTable(['Case', 'Muster', 'Profiles'], traitRows())}

## Corrected requests

Each row is a deviation from the RFCs that clients are known to send. With these profiles Muster corrects it, and
the log line of the request names the row. With all others, also \`rfc\`, \`interop\` and \`ipsie\`, it is refused, or
means what the RFCs say.

${toTable(['Row', 'Profiles', 'The request', 'Muster reads', 'Evidence'], quirks)}

## Signs of a client

Muster recognises these clients by what only they send.

${toTable(['Sign', 'Client', 'The request', 'Evidence'], signs)}
`,
  };
}
