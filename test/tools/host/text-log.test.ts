import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { readSettings } from '../../../tools/host/settings.ts';
import { scim, startEndpoint } from '../../support/endpoint.ts';

const root = fileURLToPath(new URL('../../fixtures', import.meta.url));

afterEach(() => vi.unstubAllEnvs());

test('C6: npm start logs requests as text on a terminal, and else warnings as JSON', async () => {
  for (const name of ['MUSTER_LOG', 'MUSTER_LOG_FORM']) vi.stubEnv(name, undefined);
  const before = process.stdout.isTTY;
  const settingsWith = async (isTerminal: boolean) => {
    process.stdout.isTTY = isTerminal;
    return (await readSettings(root, { data: undefined, memory: true })).env('http://127.0.0.1:1');
  };
  try {
    expect(await settingsWith(true)).toMatchObject({ MUSTER_LOG: 'information', MUSTER_LOG_FORM: 'text' });
    const elsewhere = await settingsWith(false);
    expect([elsewhere.MUSTER_LOG, elsewhere.MUSTER_LOG_FORM]).toEqual(['warning', undefined]);
    vi.stubEnv('MUSTER_LOG', 'warning');
    expect(await settingsWith(true)).toMatchObject({ MUSTER_LOG: 'warning' });
  } finally {
    process.stdout.isTTY = before;
  }
});

test('C6: the text log has one line a request and nothing personal', async () => {
  const endpoint = await startEndpoint({ env: { MUSTER_LOG: 'information', MUSTER_LOG_FORM: 'text' } });
  try {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    const anna = {
      schemas,
      userName: 'anna.secret@contoso.com',
      name: { familyName: 'Secret' },
      displayName: 'Secret',
    };
    await scim(endpoint, 'POST', '/Users', { schemas });
    const { body } = await scim(endpoint, 'POST', '/Users', anna);
    await scim(endpoint, 'POST', '/Users', anna);
    await scim(endpoint, 'POST', '/Users', {
      ...anna,
      userName: 'other',
      emails: 'secret',
      roles: ['Secret'],
    });
    await scim(endpoint, 'GET', `/Users/${body.id}`);
    await scim(endpoint, 'GET', '/Users/secret');
    await scim(endpoint, 'GET', '/secret');
    await scim(endpoint, 'GET', `/Users?filter=${encodeURIComponent('userName eq "secret" secret')}`);
    await scim({ ...endpoint, token: 'secret' }, 'GET', '/Users');
    await scim(endpoint, 'POST', '/Users', '{"userName":"secret');
    const value = [{ value: 'secret' }];
    const Operations = [{ op: 'remove', path: 'emails[value eq "secret"].shoeSize', value }];
    const message = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations };
    await scim(endpoint, 'PATCH', `/Users/${body.id}`, message);
    const lines = endpoint
      .output()
      .split('\n')
      .filter((line) => /^\d\d:\d\d:\d\d [A-Z]+ \//.test(line));
    expect(lines.filter((line) => !line.includes(' /manage/'))).toHaveLength(11);
    const [first = ''] = lines.filter((line) => line.includes('POST /Users'));
    expect(first).toMatch(/^\d\d:\d\d:\d\d POST \/Users 400 \d+ ms userName is required/);
    expect(endpoint.output()).toMatch(new RegExp(` GET /Users/${body.id} 200 \\d+ ms\n`));
    expect(endpoint.output()).not.toContain('{"level"');
    expect(endpoint.output()).not.toMatch(/secret(?! token)/i);
  } finally {
    await endpoint.stop();
  }
});
