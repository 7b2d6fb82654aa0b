import { mintKey } from '../../lib/keys/key-format.ts';
import { userSchema } from '../../lib/scim/schema/user.ts';
import { type Answer, type Endpoint, scim, type TenantAccess } from '../support/endpoint.ts';
import { enterpriseUrn, groupBody, patchBody, userBody } from './client.ts';

export type Tenant = TenantAccess & { readonly tenantId: string };

/** What is personal or secret in the traffic; every text has the stem, so that a part of it is found too. */
export const canaries = {
  stem: 'kwyjibo',
  userName: 'kwyjibo.user@kwyjibo.example',
  email: 'kwyjibo.mail@kwyjibo.example',
  name: `Kwyjibo "Ñame" <O'Zwick>`,
  password: 'Kwyjibo-pass-9%+/=&',
  externalId: 'kwyjibo-external-id',
  groupName: 'Kwyjibo Groüp & Sons',
  phone: 'kwyjibo-phone-number',
  employeeNumber: 'kwyjibo-employee-number',
  attribute: 'kwyjiboAttributeName',
  filter: 'kwyjibo.filter@kwyjibo.example',
  parameter: 'kwyjibo query parameter',
  path: 'kwyjibo-path-segment',
  header: 'kwyjibo-header-value',
  malformed: 'kwyjibo malformed body',
  bulkId: 'kwyjibo-bulk-id',
  tenantName: 'Kwyjibo Tenant Name',
  keyLabel: 'Kwyjibo Key Label',
  wrongKey: 'kwyjibo-wrong-key-text',
} as const;

export const person = (userName: string = canaries.userName) =>
  userBody(userName, {
    externalId: canaries.externalId,
    displayName: canaries.name,
    name: { givenName: canaries.name, familyName: canaries.name, formatted: canaries.name },
    emails: [{ value: canaries.email, type: 'work', primary: true, display: canaries.name }],
    phoneNumbers: [{ value: canaries.phone, type: 'work' }],
    password: canaries.password,
    [enterpriseUrn]: { employeeNumber: canaries.employeeNumber, manager: { value: canaries.path } },
  });

const encode = encodeURIComponent;
const messageUrn = 'urn:ietf:params:scim:api:messages:2.0:';

const filters = [
  `userName eq "${canaries.filter}"`,
  `emails[type eq "work" and value co "${canaries.filter}"]`,
  `emails.value eq "${canaries.email}" or name.familyName sw ${JSON.stringify(canaries.name)}`,
  `externalId eq "${canaries.externalId}"`,
  `${canaries.attribute} eq "x"`,
  `userName eq ${canaries.filter}`,
  `userName eq "${canaries.filter}`,
  `password eq "${canaries.password}"`,
  `(((${canaries.filter}`,
];

/** Everything that reads and writes; the statuses that come of it. */
export async function sendAll(tenant: Tenant): Promise<readonly number[]> {
  const statuses: number[] = [];
  const send = async (method: string, path: string, body?: unknown, headers = {}): Promise<Answer> => {
    const answer = await scim(tenant, method, path, body, headers);
    statuses.push(answer.status);
    return answer;
  };
  const user = `/Users/${(await send('POST', '/Users', person())).body.id}`;
  const group = `/Groups/${(await send('POST', '/Groups', groupBody(canaries.groupName))).body.id}`;

  await send('POST', '/Users', person());
  await send('PUT', user, person());
  for (const path of ['userName', 'displayName', 'emails[type eq "work"].value', 'password', undefined]) {
    await send('PATCH', user, patchBody([{ op: 'replace', path, value: canaries.email }]));
    await send('PATCH', user, patchBody([{ op: canaries.attribute, path, value: { a: canaries.name } }]));
  }
  for (const path of [
    canaries.attribute,
    `emails[value eq "${canaries.filter}"].value`,
    `x["${canaries.name}`,
  ])
    await send('PATCH', user, patchBody([{ op: 'replace', path, value: canaries.name }]));
  await send('PATCH', group, patchBody([{ op: 'add', path: 'members', value: [{ value: canaries.path }] }]));
  await send('PATCH', group, patchBody([{ op: 'replace', value: { displayName: canaries.groupName } }]));

  for (const { name } of userSchema.attributes) {
    for (const value of [canaries.name, [canaries.email], { [canaries.attribute]: canaries.phone }])
      await send(
        'POST',
        '/Users',
        userBody(canaries.userName, { [name]: value, [canaries.attribute]: value }),
      );
  }
  for (const filter of filters) {
    for (const path of ['/Users', '/Groups', '']) await send('GET', `${path}?filter=${encode(filter)}`);
    const body = { schemas: [`${messageUrn}SearchRequest`], filter, sortBy: canaries.attribute };
    await send('POST', '/Users/.search', body);
    await send('POST', '/.search', { ...body, cursor: canaries.path });
  }
  for (const name of [
    'attributes',
    'excludedAttributes',
    'sortBy',
    'sortOrder',
    'startIndex',
    'count',
    'cursor',
    'x',
  ])
    await send('GET', `/Users?${name}=${encode(canaries.parameter)}&${encode(canaries.parameter)}=1`);
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'POST', 'OPTIONS']) {
    for (const path of [`/Users/${canaries.path}`, `/${canaries.path}`, `/Me?${canaries.path}`])
      await send(method, path, method === 'GET' ? undefined : person());
  }

  for (const broken of [
    `{"userName":"${canaries.malformed}`,
    canaries.malformed,
    `["${canaries.malformed}"]`,
    '',
  ])
    for (const path of ['/Users', '/Bulk', '/.search']) await send('POST', path, broken);
  await send('POST', '/Users', canaries.malformed, { 'content-type': canaries.header });
  await send('GET', user, undefined, {
    ...{ 'if-none-match': canaries.header, accept: `${canaries.header}/*`, 'user-agent': canaries.header },
    ...{ 'client-request-id': canaries.header, traceparent: canaries.header, cookie: canaries.header },
  });
  await send('POST', '/Bulk', bulk(user));
  await send('POST', '/Bulk', bulk(user));
  await send('DELETE', group);
  await send('DELETE', user);
  return statuses;
}

const bulk = (user: string) => ({
  schemas: [`${messageUrn}BulkRequest`],
  Operations: [
    { method: 'POST', path: '/Users', bulkId: canaries.bulkId, data: person('kwyjibo.bulk@kwyjibo.example') },
    { method: 'POST', path: '/Users', bulkId: 'b', data: { [canaries.attribute]: canaries.name } },
    {
      method: 'POST',
      path: '/Groups',
      bulkId: 'c',
      data: groupBody(canaries.groupName, [`bulkId:${canaries.bulkId}`, `bulkId:${canaries.path}`]),
    },
    { method: 'PATCH', path: user, data: patchBody([{ op: 'replace', path: canaries.attribute, value: 1 }]) },
    { method: canaries.attribute, path: `/${canaries.path}`, data: canaries.malformed },
  ],
});

/** Requests with keys that are no keys; all are answered 401. */
export async function sendWrongKeys({ tenantUrl, token }: Tenant): Promise<readonly number[]> {
  const unknown = mintKey((bytes) => Buffer.from(canaries.wrongKey.repeat(4).slice(0, bytes)));
  const wrongSecret = forgeFor(token.split('_')[1] ?? '');
  const basic = Buffer.from(`${canaries.userName}:${canaries.password}`).toString('base64');
  const answers: number[] = [];
  for (const authorization of [
    canaries.wrongKey,
    `Bearer ${canaries.wrongKey}`,
    `Bearer muster_${canaries.wrongKey}`,
    `Bearer ${token}${canaries.wrongKey}`,
    `Bearer ${unknown.text}`,
    `Bearer ${wrongSecret}`,
    `Basic ${basic}`,
    `${canaries.header} ${token}`,
  ]) {
    const response = await fetch(`${tenantUrl}/Users/${canaries.path}`, { headers: { authorization } });
    await response.text();
    answers.push(response.status);
  }
  return answers;
}

/** A key with the id of another and a secret that spells a canary. */
function forgeFor(keyId: string): string {
  const base32 = 'abcdefghijklmnopqrstuvwxyz234567';
  const id = Buffer.from([...keyId].map((character) => base32.indexOf(character)));
  return mintKey((count) => (count === id.length ? id : Buffer.from(canaries.wrongKey.padEnd(count)))).text;
}

/** What operators do, with personal data where they should have none. */
export async function sendManagement(endpoint: Endpoint, tenant: Tenant): Promise<readonly number[]> {
  const keys = `/manage/tenants/${tenant.tenantId}/keys`;
  const statuses: number[] = [];
  for (const [method, path, body] of [
    ['POST', '/manage/tenants', { name: canaries.tenantName, [canaries.attribute]: canaries.name }],
    ['POST', '/manage/tenants', { name: { [canaries.attribute]: 1 }, policy: { packs: [canaries.name] } }],
    ['POST', '/manage/tenants', canaries.malformed],
    ['GET', `/manage/tenants?after=${encode(canaries.parameter)}`],
    ['POST', keys, { label: canaries.keyLabel }],
    ['POST', keys, { label: canaries.keyLabel, validDays: canaries.name }],
    ['POST', keys, { label: canaries.keyLabel, subject: canaries.email }],
    ['POST', `/manage/tenants/${encode(canaries.tenantName)}/keys`, { label: canaries.keyLabel }],
    ['DELETE', `${keys}/${canaries.path}`],
    ['GET', `/manage/${canaries.path}`],
    ['GET', `/manage/tenants/${tenant.tenantId}/pending-members?after=${canaries.path}`],
  ] as const) {
    statuses.push((await endpoint.manage(method, path, body)).status);
  }
  return statuses;
}
