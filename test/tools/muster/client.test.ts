import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { muster, startMuster } from './muster.ts';
import { type Reply, startStandIn } from './stand-in.ts';

// Processes start slowly while the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

const tenants: Reply = { status: 200, body: { tenants: [] } };
const tenant = { id: '0', name: 'Contoso', identifier: 'Contoso' };
const error = (status: number, detail: string) => ({ status, body: { status: String(status), detail } });

/** Runs a command against a server that gives these answers one after the other, the last of them again and again. */
async function play(args: readonly string[], ...answers: readonly (Reply | 'cut off')[]) {
  const standIn = await startStandIn((_, count) => answers[count - 1] ?? answers.at(-1) ?? tenants);
  const env = { MUSTER_URL: standIn.url, MUSTER_FUNCTION_KEY: 'key' };
  const ended = await muster(args, { env });
  await standIn.close();
  return { ...ended, url: standIn.url, asked: standIn.asked };
}

describe('an endpoint that is busy', () => {
  test('is asked again after as long as Retry-After says, in seconds or as a date', async () => {
    const seconds = await play(
      ['tenants', 'list'],
      { status: 429, headers: { 'retry-after': '2' } },
      tenants,
    );
    expect([seconds.code, seconds.stderr]).toEqual([0, 'The endpoint is busy: trying again in 2 s.\n']);
    const [first, second] = seconds.asked.map(({ time }) => time);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1_990);

    const date = new Date(Date.now() + 4_000).toUTCString();
    const dated = await play(['tenants', 'list'], { status: 503, headers: { 'retry-after': date } }, tenants);
    expect([dated.code, dated.asked.length]).toEqual([0, 2]);
    expect(dated.stderr).toMatch(/^The endpoint is busy: trying again in [2-4] s\.\n$/);
  });

  test('for longer than two minutes is left alone', async () => {
    const { code, stderr, asked } = await play(['tenants', 'list'], {
      ...error(429, 'Too many requests'),
      headers: { 'retry-after': '300' },
    });
    expect([code, stderr, asked.length]).toEqual([
      ...[1, 'The endpoint is busy (429): try again after 300 s.\n', 1],
    ]);
  });

  test('is given up after six attempts', async () => {
    const { code, stderr, asked } = await play(['tenants', 'list'], {
      status: 429,
      headers: { 'retry-after': '1' },
    });
    expect([code, asked.length]).toEqual([1, 6]);
    expect(stderr).toContain('The endpoint is busy (429): try again');
  });

  test('is not asked twice to create something, unless it says that it did not', async () => {
    const create = ['tenants', 'create', '--name', 'Contoso'];
    const unsure = await play(create, { status: 503, headers: { 'retry-after': '1' } });
    expect([unsure.code, unsure.asked.length]).toEqual([1, 1]);
    expect(unsure.stderr).toBe(
      'The endpoint is busy (503): check whether it was done, then try again after 1 s.\n',
    );
    const cutOff = await play(create, 'cut off');
    expect([cutOff.code, cutOff.asked.length]).toEqual([1, 1]);
    expect(cutOff.stderr).toContain('whether it was done');
    const policy = {};
    const refused = await play(
      create,
      { status: 429, headers: { 'retry-after': '1' } },
      { status: 201, body: { ...tenant, policy, enabled: true, tenantUrl: 'https://a/scim' } },
    );
    expect([refused.code, refused.asked.length]).toEqual([0, 2]);
  });

  test('or that starts again while it is asked, is asked again for what can be repeated', async () => {
    const { code, asked } = await play(['tenants', 'list'], 'cut off', tenants);
    expect([code, asked.length]).toEqual([0, 2]);
  });
});

describe('a refusal', () => {
  test.each([
    [401, undefined, 1, /\/manage refuses this credential \(401\): use the key in the file functionKey/],
    [403, 'It has no role.', 1, /refuses this credential \(403\): It has no role\.\n$/],
    [404, 'There is no such thing', 3, /^There is no such thing\.\n$/],
    [409, 'It is taken: choose another.', 1, /^It is taken: choose another\.\n$/],
    [500, 'Internal', 1, /^The endpoint failed \(500\): look in its log for the request request-7\.\n$/],
    [404, undefined, 1, /answers 404, and not as the management API does: name the address of a Muster/],
    [418, undefined, 1, /answers 418, and not as/],
  ])('of %i with %s ends with the reason and the next step', async (status, detail, wanted, sentence) => {
    const headers = { 'request-id': 'request-7' };
    const reply = detail === undefined ? { status, headers } : { ...error(status, detail), headers };
    const { code, stdout, stderr } = await play(['tenants', 'list'], reply);
    expect([code, stdout, stderr]).toEqual([wanted, '', expect.stringMatching(sentence)]);
  });

  test('by something else than a Muster endpoint says so', async () => {
    const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome</html>' };
    const { code, stderr } = await play(['tenants', 'list'], page);
    expect([code, stderr]).toEqual([1, expect.stringContaining('name the address of a Muster endpoint')]);
  });

  test('cannot act on the terminal', async () => {
    const { stderr } = await play(['tenants', 'list'], error(400, 'a\u001b[2Jb\u202ec\nd'));
    expect(stderr).toBe('a\\u001b[2Jb\\u202ec\\u000ad.\n');
  });
});

describe('Ctrl-C', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('(%s) ends a call without a word, with 130', async (signal) => {
    const standIn = await startStandIn(() => sleep(60_000, tenants, { ref: false }));
    const env = { MUSTER_URL: standIn.url, MUSTER_FUNCTION_KEY: 'key' };
    const running = startMuster(['tenants', 'list'], { env });
    await expect.poll(() => standIn.asked.length, { timeout: 20_000 }).toBe(1);
    running.child.kill(signal);
    expect(await running.ended).toEqual({ code: 130, stdout: '', stderr: '' });
    await standIn.close();
  });

  test('ends the wait for an endpoint that is busy', async () => {
    const standIn = await startStandIn(() => ({ status: 429, headers: { 'retry-after': '100' } }));
    const env = { MUSTER_URL: standIn.url, MUSTER_FUNCTION_KEY: 'key' };
    const running = startMuster(['tenants', 'list'], { env });
    await expect.poll(running.stderr, { timeout: 20_000 }).toContain('100 s');
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    await standIn.close();
  });
});

describe('an id', () => {
  test('is escaped in the path, and leads nowhere else', async () => {
    const mappings = { toTeams: [], toRoles: [] };
    const remove = ['mappings', 'remove', '0', 'a/b?c#d'];
    const { asked } = await play(remove, { status: 200, body: { ...tenant, ...mappings } });
    expect(asked.map(({ url }) => url)).toEqual([
      '/manage/tenants/0',
      '/manage/tenants/0/mappings/a%2Fb%3Fc%23d',
    ]);
    const { code, asked: none } = await play(['accounts', 'show', '0', '..'], { status: 200, body: tenant });
    expect([code, none.length]).toEqual([2, 1]);
  });
});
