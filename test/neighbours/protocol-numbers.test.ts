import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enterpriseUrn, groupUrn, patchBody, userUrn } from '../api/client.ts';
import { type Profile, profiles } from './profiles.ts';
import { inAll, stageOfFile, type Tenant, told } from './protocol-stage.ts';

const stage = stageOfFile();

/** Each place takes a number as it stands in JSON, and shows the text that became of it. */
interface Place {
  /** The attributes with NUMBER where the number stands. */
  readonly attributes: object;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every shape
  read(body: any): unknown;
}
const places: Readonly<Record<string, Place>> = {
  externalId: { attributes: { externalId: 'NUMBER' }, read: ({ externalId }) => externalId },
  employeeNumber: {
    attributes: { [enterpriseUrn]: { employeeNumber: 'NUMBER' } },
    read: (body) => body[enterpriseUrn]?.employeeNumber,
  },
  costCenter: {
    attributes: { [enterpriseUrn]: { costCenter: 'NUMBER' } },
    read: (body) => body[enterpriseUrn]?.costCenter,
  },
  manager: {
    attributes: { [enterpriseUrn]: { manager: { value: 'NUMBER' } } },
    read: (body) => body[enterpriseUrn]?.manager?.value,
  },
  'a phone number': {
    attributes: { phoneNumbers: [{ value: 'NUMBER', type: 'work' }] },
    read: ({ phoneNumbers }) => phoneNumbers?.[0]?.value,
  },
  'a postal code': {
    attributes: { addresses: [{ postalCode: 'NUMBER', type: 'work' }] },
    read: ({ addresses }) => addresses?.[0]?.postalCode,
  },
  'a role': { attributes: { roles: [{ value: 'NUMBER' }] }, read: ({ roles }) => roles?.[0]?.value },
  title: { attributes: { title: 'NUMBER' }, read: ({ title }) => title },
};
const placeNames = Object.keys(places);

const withNumber = (body: object, literal: string) => JSON.stringify(body).replaceAll('"NUMBER"', literal);

/** "right" if the number was refused and nothing changed, or if its digits are there as sent. */
async function create(tenant: Tenant, { attributes, read }: Place, literal: string): Promise<string> {
  const userName = `n-${crypto.randomUUID()}`;
  const body = withNumber({ schemas: [userUrn], userName, ...attributes }, literal);
  const answer = await tenant.send('POST', '/Users', body);
  if (answer.status === 400) {
    const found = await tenant.find('/Users', `userName eq "${userName}"`);
    return found.length === 0 ? 'right' : 'refused but created';
  }
  const { body: user } = await tenant.get(`/Users/${answer.body.id}`);
  return told(answer) === '201' && read(user) === literal ? 'right' : `${literal} became ${read(user)}`;
}

/** The same for a change of a user. */
async function change(tenant: Tenant, { attributes, read }: Place, literal: string): Promise<string> {
  const path = `/Users/${(await tenant.user(`n-${crypto.randomUUID()}`)).id}`;
  const operations = [
    { op: 'replace', path: Object.keys(attributes)[0], value: Object.values(attributes)[0] },
  ];
  const before = (await tenant.get(path)).body;
  const answer = told(await tenant.send('PATCH', path, withNumber(patchBody(operations), literal)));
  const { body } = await tenant.get(path);
  if (answer.startsWith('400')) return JSON.stringify(body) === JSON.stringify(before) ? 'right' : 'changed';
  return read(body) === literal ? 'right' : `${literal} became ${read(body)}`;
}

const literals = [
  ...['0', '42', '1.10', '1.0', '-0', '1e3', '1E3', '1e400', '9007199254740993'],
  ...['12345678901234567890', '0.1000000000000000055', '123456789012345678901234567890', '5e-324'],
];

test.each(literals)('A8: %s loses no digit on its way to any text', async (literal) => {
  const answers = await stage.inEach(async (tenant) => {
    const wrong: string[] = [];
    // Each literal has its turn in some of the places, by a creation or a change.
    const turn = literals.indexOf(literal);
    for (const [index, name] of placeNames.entries()) {
      if ((index + turn) % 3 !== 0) continue;
      const isCreate = (index + turn) % 2 === 0;
      const answer = await (isCreate ? create : change)(tenant, places[name] as Place, literal);
      if (answer !== 'right') wrong.push(`${name}: ${answer}`);
    }
    return wrong;
  });
  expect(answers).toEqual(inAll([]));
});

test('A8: a number that is no JSON is refused', async () => {
  const answers = await stage.inEach(async (tenant) => {
    const bodies = ['0042', '+49', '.5', '5.', '0x1F', 'NaN', '1_000'].map((literal) =>
      withNumber({ schemas: [userUrn], userName: 'no', externalId: 'NUMBER' }, literal),
    );
    const sent = await Promise.all(bodies.map((body) => tenant.send('POST', '/Users', body)));
    return new Set(sent.map(told)).size === 1 && told(sent[0] as never);
  });
  expect(answers).toEqual(inAll('400 invalidSyntax'));
});

test('A8: a group loses no digit by POST, PUT, PATCH or Bulk', async () => {
  const literal = '12345678901234567890';
  const answers = await stage.inEach(async (tenant) => {
    const { id } = await tenant.group(`G ${crypto.randomUUID()}`);
    const group = { schemas: [groupUrn], displayName: 'N', externalId: 'NUMBER' };
    const patch = patchBody([{ op: 'replace', value: { externalId: 'NUMBER' } }]);
    const bulk = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'PUT', path: `/Groups/${id}`, data: group }],
    };
    await tenant.send('POST', '/Groups', withNumber(group, literal));
    await tenant.send('PUT', `/Groups/${id}`, withNumber(group, literal));
    await tenant.send('PATCH', `/Groups/${id}`, withNumber(patch, literal));
    await tenant.send('POST', '/Bulk', withNumber(bulk, literal));
    const { body } = await tenant.get('/Groups?attributes=externalId');
    const texts = body.Resources.map(({ externalId = literal }) => externalId);
    return texts.every((text: string) => text === literal);
  });
  expect(answers).toEqual(inAll(true));
});

test('A8: any JSON number in any place', async () => {
  const numbers = fc.stringMatching(/^-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?$/);
  await fc.assert(
    fc.asyncProperty(
      numbers,
      fc.constantFrom(...placeNames),
      fc.constantFrom<Profile>(...profiles),
      async (literal, name, profile) => {
        expect(await create(stage.tenant(profile), places[name] as Place, literal)).toBe('right');
      },
    ),
    { numRuns: 100 },
  );
});
