import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { enterpriseUrn } from '../api/client.ts';
import type { Profile } from './profiles.ts';
import { annEmail, inAll, stageOfFile, type Tenant, told, toldOf } from './protocol-stage.ts';

const stage = stageOfFile();
const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** The ids that a filter finds, or the answer that refuses it. */
async function ids({ get }: Tenant, path: string, filter: string): Promise<readonly string[] | string> {
  const answer = await get(`${path}?filter=${encodeURIComponent(filter)}`);
  if (answer.status !== 200) return told(answer);
  return answer.body.Resources.map(({ id }: { id: string }) => id);
}

/** "right" if a filter finds exactly this resource or is refused, and what it did if not. */
async function rightFor(tenant: Tenant, path: string, { filter, id }: { filter: string; id: string }) {
  const found = await ids(tenant, path, filter);
  const isRight = found === '400 invalidFilter' || (found.length === 1 && found[0] === id);
  return isRight ? 'right' : found;
}

const quoted: readonly (readonly [string, (text: string) => string])[] = [
  ['German quotes', (text) => `„${text}“`],
  ['quotes that open twice', (text) => `“${text}“`],
  ['guillemets', (text) => `«${text}»`],
  ['backticks', (text) => `\`${text}\``],
  ['accents', (text) => `´${text}´`],
  ['double primes', (text) => `″${text}″`],
  ['full-width quotes', (text) => `＂${text}＂`],
  ['low single quotes', (text) => `‚${text}‘`],
  ['single angle quotes', (text) => `‹${text}›`],
  ['doubled single quotes', (text) => `''${text}''`],
  ['a single and a double quote', (text) => `'${text}"`],
  ['a double and a single quote', (text) => `"${text}'`],
  ['a quote at the front', (text) => `"${text}`],
  ['a quote at the end', (text) => `${text}"`],
  ['a single quote at the front', (text) => `'${text}`],
  ['escaped quotes', (text) => `\\"${text}\\"`],
  ['quotes that are encoded twice', (text) => `%22${text}%22`],
  ['entities', (text) => `&quot;${text}&quot;`],
];

describe.each(quoted)('A2: a value in %s', (_, quote) => {
  test.each([
    ['of a user', (value: string) => `userName eq ${value}`],
    ['in brackets', (value: string) => `emails[type eq "work" and value eq ${value}]`],
  ])('%s finds the user or is refused', async (_, filter) => {
    const answers = await stage.inEach((tenant) =>
      rightFor(tenant, '/Users', { filter: filter(quote(annEmail)), id: tenant.ann.id }),
    );
    expect(answers).toEqual(inAll('right'));
  });
});

const single: readonly (readonly [string, string, (tenant: Tenant) => string])[] = [
  ['a group by its name', '/Groups', () => "displayName eq 'Team'"],
  ['a group by a member', '/Groups', ({ ann }) => `members eq '${ann.id}'`],
  ['a group by a member in brackets', '/Groups', ({ ann }) => `members[value eq '${ann.id}']`],
  ['the start of a name', '/Users', () => "userName sw 'ann@'"],
  ['a part of a name', '/Users', () => 'userName co ‘ann@’'],
  ['the end of a name', '/Users', () => 'userName ew “example.com”'],
  ['the second of two', '/Users', () => `userName eq "${annEmail}" and externalId eq 'ann-1'`],
  ['one of two', '/Users', () => `userName eq "nobody" or externalId eq 'ann-1'`],
  ['a value in parentheses', '/Users', () => `(userName eq '${annEmail}')`],
  ['not another', '/Users', () => "not (userName eq 'nobody')"],
  ['a sub-attribute', '/Users', () => "name.familyName eq 'Archer'"],
  ['words with a space', '/Users', () => `displayName eq 'Ann'`],
  ['the id', '/Users', ({ ann }) => `id eq '${ann.id}'`],
  ['not equal', '/Users', () => `userName ne 'nobody'`],
];

test.each(single)('A2: in single quotes %s is found or refused', async (_, path, filter) => {
  const answers = await stage.inEach((tenant) =>
    rightFor(tenant, path, { filter: filter(tenant), id: (path === '/Users' ? tenant.ann : tenant.team).id }),
  );
  expect(answers).toEqual(inAll('right'));
});

test.each([
  ['/Users/.search', "userName eq '{}'"],
  ['/.search', 'userName eq “{}”'],
])('A2: POST %s finds the user or refuses', async (path, filter) => {
  const answers = await stage.inEach(async (tenant) => {
    const answer = await tenant.post(path, { schemas: [searchUrn], filter: filter.replace('{}', annEmail) });
    return answer.status === 400 ? told(answer) : answer.body.totalResults;
  });
  for (const answer of Object.values(answers)) expect(['400 invalidFilter', 1]).toContain(answer);
});

test.each(["members[value eq '{}']", 'members[value eq ‘{}’]'])(
  'A2: a PATCH that removes %s removes the member or is refused',
  async (path) => {
    const answers = await stage.inEach(async (tenant) => {
      const { id } = await tenant.group(`Group ${crypto.randomUUID()}`, [tenant.ann.id]);
      const remove = { op: 'remove', path: path.replace('{}', tenant.ann.id) };
      const answer = await toldOf(tenant, `/Groups/${id}`, () => tenant.patch(`/Groups/${id}`, [remove]));
      return /^400 invalid(Filter|Path)$|^20[04] but changed it$/.test(answer) ? 'right' : answer;
    });
    expect(answers).toEqual(inAll('right'));
  },
);

test.each(["o'neil@example.com", "d'arc'@example.com"])('A2: %s has a quote of its own', async (userName) => {
  const answers = await stage.inEach(async (tenant) => {
    const { id } = await tenant.user(userName);
    const bare = await rightFor(tenant, '/Users', { filter: `userName eq ${userName}`, id });
    return [await ids(tenant, '/Users', `userName eq "${userName}"`), bare, [id]];
  });
  for (const [found, bare, own] of Object.values(answers)) expect([found, bare]).toEqual([own, 'right']);
});

const texts = [
  ...['12e5', '1200000', '12E5', '1.0', '1', '007', '7', '0x1F', '-0', '0', '+49', '5.', '1e400'],
  ...['12345678901234567890', '12345678901234567000', 'True', 'NaN', '1_000', '2024-01-01', '10:30'],
];

/** Their clients send values without quotation marks. */
const takeWords: readonly Profile[] = ['generic', 'entra', 'authentik'];

describe('A3', () => {
  const own = new Map<Profile, Map<string, string>>();
  beforeAll(async () => {
    await stage.inEach(async (tenant) => {
      const made = texts.map(async (text, index) => {
        const { id } = await tenant.user(`number-${index}@example.com`, {
          externalId: text,
          nickName: text,
          emails: [{ value: text, type: 'work' }],
          [enterpriseUrn]: { employeeNumber: text },
        });
        return [text, id] as const;
      });
      own.set(tenant.profile, new Map(await Promise.all(made)));
    });
  });

  /** The user whose texts these are, exactly or in any case. */
  const expected = ({ profile }: Tenant, text: string, isExact: boolean) =>
    texts
      .filter((one) => one === text || (!isExact && one.toLowerCase() === text.toLowerCase()))
      .map((one) => own.get(profile)?.get(one))
      .toSorted();

  async function check(tenant: Tenant, filter: (text: string) => string, text: string) {
    const found = await ids(tenant, '/Users', filter(text));
    if (typeof found === 'string') {
      return found === '400 invalidFilter' && !takeWords.includes(tenant.profile) ? 'right' : found;
    }
    const isExact = filter(text).startsWith('externalId');
    return JSON.stringify(found.toSorted()) === JSON.stringify(expected(tenant, text, isExact))
      ? 'right'
      : `${filter(text)} found ${found.length}`;
  }

  test.each([
    ['externalId eq', (text: string) => `externalId eq ${text}`],
    ['an e-mail in brackets', (text: string) => `emails[value eq ${text}]`],
    ['an employeeNumber', (text: string) => `${enterpriseUrn}:employeeNumber eq ${text}`],
  ])('%s finds the very text', async (_, filter) => {
    const answers = await stage.inEach(async (tenant) => {
      const wrong: unknown[] = [];
      for (const text of texts) wrong.push(await check(tenant, filter, text));
      return wrong.filter((answer) => answer !== 'right');
    });
    expect(answers).toEqual(inAll([]));
  });

  test('a group by a name that looks like a number', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const { id } = await tenant.group('2024.0');
      await tenant.group('2024');
      return rightFor(tenant, '/Groups', { filter: 'displayName eq 2024.0', id });
    });
    expect(answers).toEqual(inAll('right'));
  });

  test('a role by a PATCH that names a number', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const roles = [{ value: '1' }, { value: '1.0' }];
      const { id } = await tenant.user(`r-${crypto.randomUUID()}`, { roles });
      const answer = await tenant.patch(`/Users/${id}`, [{ op: 'remove', path: 'roles[value eq 1.0]' }]);
      const left = (await tenant.get(`/Users/${id}`)).body.roles.map((role: { value: string }) => role.value);
      const isRefused = answer.status === 400 && left.length === 2;
      return isRefused || left.join() === '1' ? 'right' : [told(answer), left];
    });
    expect(answers).toEqual(inAll('right'));
  });

  test('true and false stay what they are for a boolean', async () => {
    const answers = await stage.inEach(async (tenant) => {
      const active = await ids(tenant, '/Users', `active eq true and userName eq "${annEmail}"`);
      const inactive = await ids(tenant, '/Users', `active eq false and userName eq "${annEmail}"`);
      return [active.length, inactive.length];
    });
    expect(answers).toEqual(inAll([1, 0]));
  });

  test('any number in any spelling finds nobody who has another text', async () => {
    const part = fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,3})?$/);
    await fc.assert(
      fc.asyncProperty(part, fc.constantFrom<Profile>('rfc', 'generic', 'entra'), async (text, profile) => {
        const found = await ids(stage.tenant(profile), '/Users', `externalId eq ${text}`);
        if (found === '400 invalidFilter') return;
        expect(typeof found === 'string' ? found : found.toSorted()).toEqual(
          expected(stage.tenant(profile), text, true),
        );
      }),
      { numRuns: 100 },
    );
  });
});
