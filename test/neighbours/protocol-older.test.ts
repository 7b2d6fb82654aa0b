import { describe, expect, test } from 'vitest';
import { enterpriseUrn, groupUrn, patchBody, userUrn } from '../api/client.ts';
import { allProfiles, type Profile } from './profiles.ts';
import { inAll, inBulk, stageOfFile, type Tenant, told } from './protocol-stage.ts';

const stage = stageOfFile({ audit: { level: 'debug' } }, { among: allProfiles });

const core1 = 'urn:scim:schemas:core:1.0';
const core2 = 'urn:scim:schemas:core:2.0';
const oldEnterprise = 'urn:scim:schemas:extension:enterprise:2.0';
const oldest = 'urn:scim:schemas:extension:enterprise:1.0';

/** Schemas beside or in place of that of the resource, and the profiles whose client lists them. */
const google: readonly Profile[] = ['google'];
const onelogin: readonly Profile[] = ['onelogin'];
const lists: readonly (readonly [string, readonly string[], readonly Profile[]])[] = [
  ['version 1 before the schema', [core1, 'URN'], google],
  ['version 1 after the schema', ['URN', core1], google],
  ['version 1 with the enterprise extension', ['URN', core1, enterpriseUrn], google],
  ['a draft of version 2 alone', [core2], onelogin],
  ['a draft of version 2 and its extension', [core2, oldEnterprise], onelogin],
  ['the extension before the draft', [oldEnterprise, core2], onelogin],
  ['a draft of version 2 beside the schema', ['URN', core2], onelogin],
];

interface Kind {
  readonly urn: string;
  readonly path: string;
  named(name: string): object;
}
const kinds: Readonly<Record<string, Kind>> = {
  user: { urn: userUrn, path: '/Users', named: (userName) => ({ userName, displayName: userName }) },
  group: { urn: groupUrn, path: '/Groups', named: (displayName) => ({ displayName }) },
};

/** Leaves out the extension that only users have: no client lists it for a group. */
const fitsGroup = (schemas: readonly string[]) => !schemas.includes(enterpriseUrn);

describe.each(Object.entries(kinds))('A4: a %s', (kind, { urn, path, named }) => {
  const rows = lists.filter(([, schemas]) => kind === 'user' || fitsGroup(schemas));
  test.each(rows)('that lists %s is created, replaced and changed', async (_, older, owners) => {
    const schemas = older.map((one) => (one === 'URN' ? urn : one));
    const answers = await Promise.all(
      owners.map(async (profile) => {
        const tenant = stage.tenant(profile);
        const made = await tenant.post(path, { schemas, ...named(crypto.randomUUID()) });
        const name = crypto.randomUUID();
        const one = `${path}/${made.body.id}`;
        const replaced = await tenant.put(one, { schemas, ...named(name) });
        const title = { displayName: `${name} 2` };
        const changed = await tenant.patch(one, [{ op: 'replace', value: { schemas, ...title } }]);
        const bulk = await inBulk(tenant, { method: 'PUT', path: one, data: { schemas, ...named(name) } });
        const { body } = await tenant.get(one);
        const shown = body.schemas.every((id: string) => [urn, enterpriseUrn].includes(id));
        return [told(made), told(replaced), told(changed), told(bulk), body.displayName === name, shown].join(
          ' ',
        );
      }),
    );
    expect(answers).toEqual(owners.map(() => '201 200 200 200 true true'));
  });

  test.each(rows)('that lists %s leaves its quirk in the audit trail', async (_, older, owners) => {
    const schemas = older.map((one) => (one === 'URN' ? urn : one));
    for (const profile of owners) {
      const tenant = stage.tenant(profile);
      const { body } = await tenant.post(path, { schemas, ...named(crypto.randomUUID()) });
      const records = await recordsOf(tenant, body.id);
      expect(records[0]?.fired?.length ?? 0, JSON.stringify(records)).toBeGreaterThan(0);
    }
  });
});

async function recordsOf({ tenantId }: Tenant, id: string): Promise<readonly { fired?: string[] }[]> {
  const trail = `/manage/tenants/${tenantId}/audit?resource=${id}`;
  return (await stage.endpoint.manage('GET', trail)).body.records;
}

test.each([
  ['version 1 beside it', [userUrn, core1], '201', '400 invalidSyntax'],
  ['a draft of the extension beside it', [userUrn, oldEnterprise], '201', '400 invalidSyntax'],
  ['in other letters', [userUrn.toUpperCase()], '201', '201'],
])(
  'A4: users whose schema has %s are answered alike by all, but for interop',
  async (_, schemas, most, interop) => {
    const answers = await stage.inEach(async (tenant) =>
      told(await tenant.post('/Users', { schemas, userName: crypto.randomUUID() })),
    );
    expect(answers).toEqual(inAll(most, { interop }, allProfiles));
  },
);

test('A4: a user with no schema but one from before the RFC is created only where a client lists it', async () => {
  const answers = await stage.inEach(async (tenant) => {
    const userName = crypto.randomUUID();
    const answer = told(await tenant.post('/Users', { schemas: [core2], userName }));
    return [answer, (await tenant.find('/Users', `userName eq "${userName}"`)).length].join();
  });
  const { onelogin: taken, rfc, interop } = answers;
  expect([taken, rfc, interop]).toEqual(['201,1', '400 invalidSyntax,0', '400 invalidSyntax,0']);
  for (const answer of Object.values(answers)) expect(['201,1', '400 invalidSyntax,0']).toContain(answer);
});

/** Ways of sending a department under an older URN of the extension. */
type Way = (tenant: Tenant, path: string, urn: string) => Promise<{ status: number; body: unknown }>;
const whole = (urn: string) => ({
  schemas: [userUrn, urn],
  userName: crypto.randomUUID(),
  [urn]: { department: 'D' },
});
const ways: Readonly<Record<string, Way>> = {
  PUT: (tenant, path, urn) => tenant.put(path, whole(urn)),
  'PUT without listing it': (tenant, path, urn) => tenant.put(path, { ...whole(urn), schemas: [userUrn] }),
  'PUT in other letters': (tenant, path, urn) => tenant.put(path, whole(urn.toUpperCase())),
  'PUT in Bulk': (tenant, path, urn) => inBulk(tenant, { method: 'PUT', path, data: whole(urn) }),
  'PATCH of a value': (tenant, path, urn) =>
    tenant.patch(path, [{ op: 'replace', value: { [urn]: { department: 'D' } } }]),
  'PATCH of a value with a path': (tenant, path, urn) =>
    tenant.patch(path, [{ op: 'add', value: { [`${urn}:department`]: 'D' } }]),
  'PATCH of a path': (tenant, path, urn) =>
    tenant.patch(path, [{ op: 'replace', path: `${urn}:department`, value: 'D' }]),
  'PATCH of the extension': (tenant, path, urn) =>
    tenant.patch(path, [{ op: 'replace', path: urn, value: { department: 'D' } }]),
  'PATCH in Bulk': (tenant, path, urn) =>
    inBulk(tenant, {
      method: 'PATCH',
      path,
      data: patchBody([{ op: 'replace', path: `${urn}:department`, value: 'D' }]),
    }),
};

describe.each(Object.entries(ways))('A4: data under an older URN of the extension by %s', (_, send) => {
  test.each([oldEnterprise, oldest])('%s is taken, refused or noted', async (urn) => {
    const answers = await stage.inEach(async (tenant) => {
      const { id } = await tenant.user(crypto.randomUUID());
      const answer = await send(tenant, `/Users/${id}`, urn);
      const { body } = await tenant.get(`/Users/${id}`);
      const isTaken = body[enterpriseUrn]?.department === 'D';
      if (answer.status === 400) return isTaken ? 'refused but taken' : 'right';
      if (isTaken) return 'right';
      const fired = (await recordsOf(tenant, id)).flatMap(({ fired: names = [] }) => names);
      return fired.some((name) => name.startsWith('unknown-')) ? 'right' : 'dropped in silence';
    });
    expect(answers).toEqual(inAll('right', {}, allProfiles));
  });

  test('the URN that OneLogin sends is taken for it', async () => {
    const tenant = stage.tenant('onelogin');
    const { id } = await tenant.user(crypto.randomUUID());
    await send(tenant, `/Users/${id}`, oldEnterprise);
    const { body } = await tenant.get(`/Users/${id}`);
    expect(body[enterpriseUrn]).toEqual({ department: 'D' });
    expect(body.schemas).toEqual([userUrn, enterpriseUrn]);
  });
});

test('A4: data under both URNs of the extension is not mixed up', async () => {
  const answers = await stage.inEach(async (tenant) => {
    const userName = crypto.randomUUID();
    const data = { [oldEnterprise]: { department: 'old' }, [enterpriseUrn]: { department: 'new' } };
    const answer = await tenant.post('/Users', { schemas: [userUrn, enterpriseUrn], userName, ...data });
    return answer.status === 400 || answer.body[enterpriseUrn]?.department === 'new' ? 'right' : answer.body;
  });
  expect(answers).toEqual(inAll('right', {}, allProfiles));
});

test('A4: a PATCH lists an older URN for its message', async () => {
  const answers = await stage.inEach(async (tenant) => {
    const { id } = await tenant.user(crypto.randomUUID());
    const schemas = ['urn:scim:schemas:core:1.0', 'urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    const patch = patchBody([{ op: 'replace', path: 'title', value: 'T' }]);
    return told(await tenant.send('PATCH', `/Users/${id}`, { ...patch, schemas })).split(' ')[0];
  });
  expect(
    allProfiles.map((profile) => answers[profile]).filter((status) => !/^20[04]$/.test(`${status}`)),
  ).toEqual(answers.interop === '200' ? [] : ['400']);
});
