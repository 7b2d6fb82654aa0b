import { describe, expect, test } from 'vitest';
import { clientSigns, recogniseClient, type SignedRequest } from '../../lib/scim/client-signs.ts';
import type { JsonValue } from '../../lib/scim/json.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const directoryGroup = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';
const oktaId = '00ujl29u0le5T6Aj10h7';

interface Sent {
  readonly endpoint?: string;
  readonly agent?: string;
  readonly query?: string;
  readonly body?: JsonValue;
}

const asked = ({ endpoint = '/Users', agent, query = '', body = null }: Sent): SignedRequest => ({
  endpoint,
  userAgent: agent,
  query: new URLSearchParams(query),
  body,
});
const patch = (...Operations: readonly JsonValue[]): JsonValue => ({ schemas: [patchOp], Operations });
const filter = (text: string) => `filter=${encodeURIComponent(text)}`;

const shown: readonly (readonly [sign: string, Sent])[] = [
  ['okta-user-agent', { agent: 'Okta SCIM Client 1.0.0' }],
  ['okta-user-agent', { agent: 'okta scim client 1.2.3' }],
  ['onelogin-user-agent', { agent: 'OneLogin SCIM Provisioner/2.0' }],
  ['authentik-user-agent', { agent: 'authentik@2026.4.1' }],
  ['entra-flag', { query: 'aadOptscim062020' }],
  ['entra-flag', { query: 'aadOptscim062020=&count=1' }],
  ['entra-operation-names', { body: patch({ op: 'Replace', path: 'active', value: 'False' }) }],
  [
    'entra-operation-names',
    { body: patch({ op: 'Add', path: 'members', value: [{ $ref: null, value: 'u' }] }) },
  ],
  ['entra-operation-names', { body: patch({ op: 'Remove', path: 'members', value: [{ value: 'u' }] }) }],
  ['entra-directory-group', { endpoint: '/Groups', body: { schemas: [directoryGroup], displayName: 'G' } }],
  [
    'entra-enterprise-urn',
    { body: { schemas: [core, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User'] } },
  ],
  [
    'entra-role',
    { body: { roles: [{ primary: true, type: 'WindowsAzureActiveDirectoryRole', value: 'A' }] } },
  ],
  ['entra-reference-filter', { query: filter('id eq "X" and manager eq "Y"') }],
  ['entra-reference-filter', { query: filter('manager eq "Y" and id eq "X"') }],
  ['entra-reference-filter', { endpoint: '/Groups', query: filter('id eq "G" and members eq "U"') }],
  [
    'okta-group-name',
    { endpoint: '/Groups', body: patch({ op: 'replace', value: { id: 'g', displayName: 'G' } }) },
  ],
  ['okta-external-id', { body: { userName: 'u', externalId: oktaId, groups: [], password: 'x' } }],
  [
    'authentik-whole-value',
    { body: patch({ op: 'replace', value: { schemas: [core], id: 'u', userName: 'u' } }) },
  ],
  ['authentik-user-filter', { query: filter('userName eq anna@example.com') }],
];

const unshown: readonly (readonly [what: string, Sent])[] = [
  ['nothing', {}],
  ['a browser', { agent: 'Mozilla/5.0 (not Okta SCIM Client)' }],
  ['another program of a vendor', { agent: 'Okta-Agent/3' }],
  ['a user agent that only begins like one', { agent: 'Okta SCIM Clients' }],
  ['an empty user agent', { agent: '' }],
  ...["'ann@example.com'", '\u201cann@example.com\u201d', '`ann`', 'null', 'true', '"ann"'].map(
    (value): readonly [string, Sent] => [
      `a userName that a filter writes as ${value}`,
      { query: filter(`userName eq ${value}`) },
    ],
  ),
  ['names of operations in small letters', { body: patch({ op: 'replace', path: 'active', value: false }) }],
  ['names of operations in capitals', { body: patch({ op: 'REPLACE', path: 'active', value: false }) }],
  ['a flag of another name', { query: 'aadOptscim' }],
  ['a plain group', { endpoint: '/Groups', body: { schemas: [core], displayName: 'G' } }],
  [
    'a role of another type',
    { body: { roles: [{ type: 'work', value: 'WindowsAzureActiveDirectoryRole' }] } },
  ],
  ['roles that are texts', { body: { roles: ['WindowsAzureActiveDirectoryRole'] } }],
  ['a filter by id', { query: filter('id eq "X"') }],
  ['a filter by manager.value', { query: filter('id eq "X" and manager.value eq "Y"') }],
  ['a filter with more', { query: filter('id eq "X" and manager eq "Y" and active eq true') }],
  ['a filter with quotation marks', { query: filter('userName eq "anna@example.com"') }],
  ['a filter of another attribute without them', { query: filter('externalId eq jyoung') }],
  [
    'a value in a filter that quotes another',
    { query: filter('userName eq "id eq \\"X\\" and manager eq"') },
  ],
  [
    'a group name without id',
    { endpoint: '/Groups', body: patch({ op: 'replace', value: { displayName: 'G' } }) },
  ],
  [
    'a group name with a path',
    { endpoint: '/Groups', body: patch({ op: 'replace', path: 'displayName', value: 'G' }) },
  ],
  ['such a value of a user', { body: patch({ op: 'replace', value: { id: 'u', displayName: 'G' } }) }],
  ['an externalId of another form', { body: { userName: 'u', externalId: '00u', groups: [] } }],
  ['an externalId that is a number', { body: { userName: 'u', externalId: 7, groups: [] } }],
  ['an externalId of that form alone', { body: { userName: 'u', externalId: oktaId } }],
  ['operations that are no list', { body: { Operations: { op: 'Add' } } }],
  ['operations that are no objects', { body: { Operations: [null, 'Add', 7, ['Add']] } }],
  ['a list', { body: [{ op: 'Add' }] }],
  ['a text', { body: 'Replace' }],
  ['schemas that are no list', { body: { schemas: directoryGroup } }],
];

describe('C5: a request', () => {
  test.each(shown)('shows its client by the sign %s: %j', (sign, sent) => {
    const found = recogniseClient(asked(sent));
    expect(found?.id).toBe(sign);
    expect(sign.startsWith(`${found?.client}-`)).toBe(true);
  });

  test.each(unshown)('shows no client with %s', (_what, sent) => {
    expect(recogniseClient(asked(sent))).toBeUndefined();
  });

  test('is searched in a bounded time', () => {
    const long = `id eq "${'" and manager eq "'.repeat(10_000)}`;
    const body = patch(...Array.from({ length: 100_000 }, () => ({ op: 'add', path: 'members' })));
    const started = performance.now();
    recogniseClient(asked({ query: filter(long), body, agent: 'a'.repeat(100_000) }));
    expect(performance.now() - started).toBeLessThan(500);
  });

  test('has a test of each sign', () => {
    expect(new Set(shown.map(([sign]) => sign))).toEqual(new Set(clientSigns.map(({ id }) => id)));
  });
});
