import { expect, test } from 'vitest';
import { enterpriseUrn, groupUrn, userUrn } from '../api/client.ts';
import { annEmail, inAll, stageOfFile, type Tenant, told } from './protocol-stage.ts';

const stage = stageOfFile();
const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

// biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every shape
type Body = any;
const values = ({ emails = [] }: Body) => emails.map(({ value }: Body) => value).join();
const bothEmails = `${annEmail},ann@home.example`;

const q = (parameter: string, value: string) => `${parameter}=${encodeURIComponent(value)}`;
const usersPath = (query: string) => `/Users?${q('filter', `userName eq "${annEmail}"`)}&${query}`;

/** Asks by each way of reading; yields what each shows, which must be the same. */
async function shown(tenant: Tenant, parameter: string, value: string): Promise<Body> {
  const query = q(parameter, value);
  const schemas = [searchUrn];
  const filter = `userName eq "${annEmail}"`;
  const one = await tenant.get(`/Users/${tenant.ann.id}?${query}`);
  const list = await tenant.get(usersPath(query));
  const listed = { schemas, filter, [parameter]: value.split(/,(?![^[]*\])/) };
  const search = await tenant.post('/Users/.search', listed);
  const root = await tenant.post('/.search', listed);
  expect([one, list, search, root].map(told)).toEqual(['200', '200', '200', '200']);
  const others = [list, search, root].map(({ body }) => body.Resources[0]);
  for (const other of others) expect(other).toEqual(one.body);
  return one.body;
}

const named: readonly (readonly [string, string])[] = [
  ['emails[type eq "home"].value', bothEmails],
  ['emails[type eq "work"]', bothEmails],
  ['emails[primary eq true].value', bothEmails],
  ['emails[type eq "work" and primary eq true].value', bothEmails],
  ['emails[not (type eq "work")].value', bothEmails],
  ['emails[type eq "work, or home"].value', bothEmails],
  ['emails[value eq "a]b"].value', bothEmails],
  ['EMAILS[TYPE EQ "work"].VALUE', bothEmails],
  [`${userUrn}:emails[type eq "work"].value`, bothEmails],
  ['title,emails[type eq "work"].value,displayName', bothEmails],
  ['emails[type eq "work"].value,emails[type eq "home"].value', bothEmails],
  ['emails[type eq "work"].type', ',' /* two elements without a value */],
];

test.each(named)('A11: attributes=%s shows the attribute', async (attributes, emails) => {
  const answers = await stage.inEach(async (tenant) => values(await shown(tenant, 'attributes', attributes)));
  expect(answers).toEqual(inAll(emails));
});

test('A11: a sub-attribute after the bracket leaves out its siblings', async () => {
  const answers = await stage.inEach(async (tenant) => {
    const { emails, ...rest } = await shown(tenant, 'attributes', 'emails[type eq "work"].value');
    return [Object.keys(emails[0]).join(), 'userName' in rest, 'title' in rest].join(' ');
  });
  expect(answers).toEqual(inAll('value false false'));
});

const left: readonly (readonly [string, (body: Body) => unknown, unknown])[] = [
  ['emails[type eq "work"]', ({ emails }) => emails, undefined],
  ['emails[type eq "work"].value', (body) => values(body), ','],
  ['EMAILS[type eq "work"]', ({ emails, title }) => [emails, title], [undefined, 'Engineer']],
  ['title,emails[type eq "home"]', ({ emails, title }) => [emails, title], [undefined, undefined]],
  ['*', ({ emails, title, id }) => [emails, title, typeof id], [undefined, undefined, 'string']],
];

test.each(left)('A11: excludedAttributes=%s leaves out the attribute', async (excluded, read, expected) => {
  const answers = await stage.inEach(async (tenant) =>
    read(await shown(tenant, 'excludedAttributes', excluded)),
  );
  expect(answers).toEqual(inAll(expected));
});

const all = ['*', '*,emails', 'title,*', ' * '];

test.each(all)('A11: attributes=%s shows all attributes', async (attributes) => {
  const answers = await stage.inEach(async (tenant) => {
    const body = await shown(tenant, 'attributes', attributes);
    const { body: whole } = await tenant.get(`/Users/${tenant.ann.id}`);
    expect(body).toEqual(whole);
    return values(body);
  });
  expect(answers).toEqual(inAll(bothEmails));
});

test('A11: attributes=* of a group shows its members and of the root all types', async () => {
  const answers = await stage.inEach(async (tenant) => {
    const { body } = await tenant.get(`/Groups/${tenant.team.id}?attributes=*`);
    const root = await tenant.get('?attributes=*');
    const types = root.body.Resources.map(({ userName, displayName }: Body) => userName ?? displayName);
    return [body.members.length, types.includes('Team'), types.includes(annEmail)].join(' ');
  });
  expect(answers).toEqual(inAll('1 true true'));
});

test.each([
  ['members[value eq "x"].value', 1],
  ['members[value eq "x"]', 1],
  [`${groupUrn}:members[type eq "User"].value`, 1],
])('A11: attributes=%s of a group', async (attributes, count) => {
  const answers = await stage.inEach(async (tenant) => {
    const { body } = await tenant.get(`/Groups/${tenant.team.id}?${q('attributes', attributes)}`);
    return [body.members?.length, body.displayName];
  });
  expect(answers).toEqual(inAll([count, undefined]));
});

test('A11: excludedAttributes=members[…] of a group', async () => {
  const answers = await stage.inEach(async (tenant) => {
    const { body } = await tenant.get(`/Groups?${q('excludedAttributes', 'members[value eq "x"]')}`);
    return body.Resources.map(({ members, displayName }: Body) => [members, displayName].join());
  });
  expect(answers).toEqual(inAll([',Team']));
});

test('A11: a manager in brackets is shown', async () => {
  const answers = await stage.inEach(async (tenant) => {
    const manager = { value: 'm1' };
    const { id } = await tenant.user(`m-${crypto.randomUUID()}`, { [enterpriseUrn]: { manager } });
    const attributes = q('attributes', `${enterpriseUrn}:manager[value eq "m1"].value`);
    const { body } = await tenant.get(`/Users/${id}?${attributes}`);
    return body[enterpriseUrn]?.manager?.value;
  });
  expect(answers).toEqual(inAll('m1'));
});

test('A11: answers to POST, PUT and PATCH follow the same names', async () => {
  const query = q('attributes', 'emails[type eq "work"].value');
  const star = q('attributes', '*');
  const answers = await stage.inEach(async (tenant) => {
    const userName = `w-${crypto.randomUUID()}@example.com`;
    const body = { schemas: [userUrn], userName, title: 'A', emails: [{ value: userName, type: 'work' }] };
    const made = await tenant.post(`/Users?${query}`, body);
    const path = `/Users/${made.body.id}`;
    const replaced = await tenant.put(`${path}?${query}`, body);
    const patched = await tenant.patch(`${path}?${star}`, [{ op: 'replace', path: 'title', value: 'B' }]);
    return [
      values(made.body) === userName && made.body.title === undefined,
      values(replaced.body) === userName && replaced.body.title === undefined,
      patched.body.title,
    ].join(' ');
  });
  expect(answers).toEqual(inAll('true true B'));
});

test.each(['emails[type eq "work"', 'emails[', 'emails[].value'])(
  'A11: a broken bracket in attributes=%s is refused, or shows the attribute',
  async (attributes) => {
    const answers = await stage.inEach(async (tenant) => {
      const answer = await tenant.get(`/Users/${tenant.ann.id}?${q('attributes', attributes)}`);
      return answer.status === 400 || values(answer.body) === bothEmails;
    });
    expect(answers).toEqual(inAll(true));
  },
);
