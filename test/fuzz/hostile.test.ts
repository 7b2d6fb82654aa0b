import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from '../../tools/fuzz/check-answer.ts';
import { type Hostile, hostileRequests } from '../../tools/fuzz/hostile.ts';
import { type InProcess, type Request, startInProcess, type Tenant } from '../../tools/fuzz/in-process.ts';
import { timed } from '../../tools/fuzz/timed.ts';
import { callerOf } from './caller.ts';

const addresses = 500;
const members = 1_000;

let app: InProcess;
let tenant: Tenant;
let [user, group] = ['', ''];
let restore: () => Promise<void>;

beforeAll(async () => {
  app = await startInProcess();
  tenant = await app.createTenant({ profile: 'google' });
  const send = callerOf(app, tenant);
  const emails = Array.from({ length: addresses }, (_, index) => ({
    value: `u${index}@example.com`,
    type: 'work',
  }));
  user = (await send('POST', '/Users', { userName: 'many@example.com', emails })).body.id;
  const ids: string[] = [];
  for (let index = 0; index < members; index += 1) {
    ids.push((await send('POST', '/Users', { userName: `member${index}` })).body.id);
  }
  const large = { displayName: 'Large', members: ids.map((value) => ({ value })) };
  group = (await send('POST', '/Groups', large)).body.id;
  restore = async () => {
    await send('PUT', `/Users/${user}`, { userName: 'many@example.com', emails });
    await send('PUT', `/Groups/${group}`, large);
  };
}, 120_000);
afterAll(() => app[Symbol.asyncDispose]());

function requestOf({ method, path, body }: Hostile): Request {
  const headers = { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/scim+json' };
  const target = tenant.path + path.replace('{user}', user).replace('{group}', group);
  return { method, target, headers, body: JSON.stringify(body) };
}

describe.each([
  // A bulk request of a thousand operations leaves a record of each that is refused.
  { bytes: 65_536, millisecondsMax: 75 },
  { bytes: 262_144, millisecondsMax: 150 },
  { bytes: 1_048_576, millisecondsMax: 300 },
])('a hostile request of $bytes bytes', ({ bytes, millisecondsMax }) => {
  test.each(hostileRequests(bytes))(`takes at most ${millisecondsMax} ms: $name`, async (hostile) => {
    const request = requestOf(hostile);
    expect(Buffer.byteLength(String(request.body))).toBeLessThanOrEqual(bytes);

    await restore();

    const { answer, crash, milliseconds } = await timed(app, request, { millisecondsMax, restore });

    expect(crash).toBeUndefined();
    expect(answer && faultsOf(request.method, answer)).toEqual([]);
    expect(milliseconds).toBeLessThanOrEqual(millisecondsMax);
  });
});
