import { beforeAll, describe, expect, test } from 'vitest';
import { catalogues, providers } from '../../lib/guides/catalogue.ts';
import { providerIds } from '../../lib/guides/provider.ts';
import { oneLoginTemplate } from '../../lib/guides/providers/onelogin.ts';
import { parsePatchPath } from '../../lib/scim/filter/parser.ts';
import { patternOf, statusOf } from '../../tools/docs/guide-answers.ts';
import type { TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import {
  type Client,
  clientOf,
  enterpriseUrn,
  groupBody,
  groupUrn,
  patchBody,
  userBody,
  userUrn,
} from './client.ts';

const work = 'emails[type eq "work"].value';

let endpoint: SharedEndpoint;
/** A tenant whose policy has every rule that a guide's error comes from. */
let tenant: TenantAccess & { readonly tenantId: string };
let client: Client;
beforeAll(async () => {
  endpoint = await shareEndpoint();
  const policy = {
    endpoint: { profile: 'entra', path: '/scim' },
    users: { required: ['name.familyName', work] },
    roles: { known: ['administrator', 'user'], unknown: 'refuse' },
    accounts: { enabled: true },
  };
  tenant = await endpoint.createTenant({ name: 'Strict', policy });
  client = clientOf(tenant);
});

const person = (userName: string, more: object = {}) =>
  userBody(userName, {
    name: { familyName: 'Vance' },
    emails: [{ type: 'work', value: `${userName}@example.com` }],
    ...more,
  });

describe.each(providerIds)('the attributes of the guide for %s', (id) => {
  test('are in /Schemas with its profile', async () => {
    const { profile, users, groups } = providers[id];
    const { get } = clientOf(await endpoint.createTenant({ name: id, profile }));
    const listed = new Set<string>();
    for (const urn of [userUrn, enterpriseUrn, groupUrn]) {
      for (const { name, subAttributes = [] } of (await get(`/Schemas/${urn}`)).body.attributes) {
        listed.add(`${urn}:${name}`);
        for (const sub of subAttributes) listed.add(`${urn}:${name}.${sub.name}`);
      }
    }
    const whole = (core: string, attribute: string) => {
      const { path, sub } = parsePatchPath(attribute);
      const inner = sub ?? path.sub;
      return `${path.urn ?? core}:${path.name}${inner === undefined ? '' : `.${inner}`}`;
    };
    const named = [
      ...users.map(({ attribute }) => whole(userUrn, attribute)),
      ...groups.map(({ attribute }) => whole(groupUrn, attribute)),
    ];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((one) => !listed.has(one))).toEqual([]);
  });
});

test('the template for OneLogin creates a user with all attributes of its table', async () => {
  const { post } = clientOf(await endpoint.createTenant({ name: 'Template', profile: 'onelogin' }));
  const { status, body } = await post(
    '/Users',
    JSON.parse(oneLoginTemplate.replaceAll(/\{\$[^}]+\.(\w+)\}/g, '$1')),
  );
  expect({ status, body }).toMatchObject({
    status: 201,
    body: {
      ...{ userName: 'scimusername', displayName: 'display_name' },
      name: { givenName: 'firstname', familyName: 'lastname', formatted: 'display_name' },
      emails: [{ value: 'email', type: 'work', primary: true }],
    },
  });
});

/** The sentence of a SCIM error or an OAuth error, without the number of an operation before it. */
function detailOf(body: unknown): string {
  const { detail, error_description } = body as Partial<Record<'detail' | 'error_description', string>>;
  return (detail ?? error_description ?? '').replace(/^Operation \d+: /, '');
}

/** A refusal: its status, and the sentence that a portal shows. */
interface Refusal {
  readonly status: number;
  readonly says: string;
}

async function refusalOf(
  path: string,
  authorization: string | undefined,
  url = tenant.tenantUrl,
): Promise<Refusal> {
  const response = await fetch(url + path, { headers: authorization === undefined ? {} : { authorization } });
  return { status: response.status, says: detailOf(await response.json()) };
}

async function sent(method: string, path: string, body?: unknown): Promise<Refusal> {
  const answer = await client.send(method, path, body);
  return { status: answer.status, says: detailOf(answer.body) };
}

async function refusalOfToken(
  form: Readonly<Record<string, string>>,
  authorization?: string,
): Promise<Refusal> {
  const response = await fetch(`${endpoint.baseUrl}/oauth/token`, {
    method: 'POST',
    headers: authorization === undefined ? {} : { authorization },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
  });
  return { status: response.status, says: detailOf(await response.json()) };
}

const assertion = {
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: 'a.b.c',
};

/** One mistake for each error of the guides; overload and faults of the product are tested elsewhere. */
const mistakes: Readonly<Record<string, () => Promise<Refusal>>> = {
  'a token that is cut off': () => refusalOf('/Users', `Bearer ${tenant.token.slice(0, -4)}`),
  'no token': () => refusalOf('/Users', undefined),
  'a token in quotation marks': () => refusalOf('/Users', `Bearer "${tenant.token}"`),
  'the word Bearer twice': () => refusalOf('/Users', `Bearer Bearer ${tenant.token}`),
  'a user name and password': () => refusalOf('/Users', 'Basic YTpi'),
  'the token of another address': () => refusalOf('/Users', `Bearer ${endpoint.token}`),
  'a mistyped Tenant URL': () => refusalOf('/Users', `Bearer ${tenant.token}`, `${endpoint.baseUrl}/scimv2`),
  'an unknown client secret': () => refusalOfToken({ client_id: 'a', client_secret: 'b' }),
  'no client secret': () => refusalOfToken({}),
  'another scope': async () => {
    const { body } = await endpoint.manage('POST', `/manage/tenants/${tenant.tenantId}/keys`, {
      kind: 'client',
    });
    return refusalOfToken({ client_id: body.clientId, client_secret: body.clientSecret, scope: 'users' });
  },
  'the client secret twice': () => refusalOfToken({ client_id: 'a', client_secret: 'b', ...assertion }),
  'an unknown assertion': () => refusalOfToken(assertion),
  'a userName that is taken': async () => {
    await client.post('/Users', person('adele'));
    return sent('POST', '/Users', person('adele'));
  },
  'no userName': () => sent('POST', '/Users', person('')),
  'no family name': () => sent('POST', '/Users', person('alex', { name: undefined })),
  'a login name as e-mail': () =>
    sent('POST', '/Users', person('emily', { emails: [{ type: 'work', value: 'emily' }] })),
  'the address of an account made by hand': async () => {
    await endpoint.manage('POST', `/manage/tenants/${tenant.tenantId}/accounts`, {
      attributes: { email: 'grady@example.com' },
    });
    return sent('POST', '/Users', person('grady'));
  },
  'an unknown role': () => sent('POST', '/Users', person('isaiah', { roles: [{ value: 'Chief' }] })),
  'a value of another kind': () => sent('POST', '/Users', person('lynne', { active: 'perhaps' })),
  'an unknown attribute': async () => {
    const { body } = await client.post('/Users', person('megan'));
    return sent(
      'PATCH',
      `/Users/${body.id}`,
      patchBody([{ op: 'add', path: 'favouriteColour', value: 'red' }]),
    );
  },
  'a deleted user': () => sent('GET', '/Users/0190f0c3-0000-7000-8000-000000000000'),
  'an unknown member': () => sent('POST', '/Groups', groupBody('Sales', ['nobody'])),
  'groups that the vendor does not take': async () => {
    const policy = { endpoint: { profile: 'entra', groups: false } };
    const { get } = clientOf(await endpoint.createTenant({ name: 'Without groups', policy }));
    const { status, body } = await get('/Groups');
    return { status, says: detailOf(body) };
  },
};

/** Errors that come from load or a fault, whose own tests are test/api/rates.test.ts and test/faults. */
const notProvoked = [429, 503];

describe('an error of the guides', () => {
  const { answers } = catalogues.en.shared;

  test('is what the endpoint answers to the mistake, with the status on the page', async () => {
    const came: (Refusal & { readonly mistake: string })[] = [];
    for (const [mistake, make] of Object.entries(mistakes)) came.push({ mistake, ...(await make()) });
    const quoted = came.map(({ mistake, status, says }) => {
      const found = answers.find((one) => patternOf(one.says).test(says));
      return { mistake, says, status, onPage: found && statusOf(found) };
    });
    expect(quoted.filter(({ status, onPage }) => status !== onPage)).toEqual([]);
    const never = answers.filter((one) => !came.some(({ says }) => patternOf(one.says).test(says)));
    expect(never.filter((one) => !notProvoked.includes(statusOf(one))).map(({ says }) => says)).toEqual([]);
  });
});
