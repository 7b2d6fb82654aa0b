import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from '../../tools/fuzz/check-answer.ts';
import { type Hostile, hostileRequests } from '../../tools/fuzz/hostile.ts';
import { type InProcess, type Request, startInProcess, type Tenant } from '../../tools/fuzz/in-process.ts';
import { timed, watchHolds } from '../../tools/fuzz/timed.ts';
import { groupBody, userBody } from '../api/client.ts';
import { callerOf, type Reply } from './caller.ts';

const addresses = 500;
const members = 300;

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
  const many = userBody('many@example.com', { emails });
  user = await idOf(send('POST', '/Users', many));
  const ids: string[] = [];
  for (let index = 0; index < members; index += 1) {
    ids.push(await idOf(send('POST', '/Users', userBody(`member${index}`))));
  }
  const large = groupBody('Large', ids);
  group = await idOf(send('POST', '/Groups', large));
  const versions = new Map<string, unknown>();
  const versionOf = async (path: string) =>
    (await send('GET', `${path}?excludedAttributes=members,emails`)).body.meta.version;
  restore = async () => {
    for (const [path, body] of [
      [`/Users/${user}`, many],
      [`/Groups/${group}`, large],
    ] as const) {
      if ((await versionOf(path)) === versions.get(path)) continue;
      expect((await send('PUT', path, body)).status).toBe(200);
      versions.set(path, await versionOf(path));
    }
  };
}, 120_000);
afterAll(() => app[Symbol.asyncDispose]());

async function idOf(reply: Promise<Reply>): Promise<string> {
  const { status, body } = await reply;
  expect(status, body.detail).toBe(201);
  return body.id;
}

function requestOf({ method, path, body }: Hostile): Request {
  const headers = { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/scim+json' };
  const target = tenant.path + path.replace('{user}', user).replace('{group}', group);
  return { method, target, headers, body: JSON.stringify(body) };
}

const smallBytes = 65_536;

/** Requests of a megabyte. Those that reach their bound of operations or values earlier are the small ones again. */
const largeRequests = hostileRequests(1_048_576).filter(
  ({ body }) => JSON.stringify(body).length > 2 * smallBytes,
);

describe.each([
  // A bulk request of a thousand operations leaves a record of each that is refused.
  { bytes: smallBytes, millisecondsMax: 75, requests: hostileRequests(smallBytes) },
  { bytes: 1_048_576, millisecondsMax: 300, requests: largeRequests },
])('a hostile request of $bytes bytes', ({ bytes, millisecondsMax, requests }) => {
  test.each(requests)(`keeps others waiting for at most ${millisecondsMax} ms: $name`, async (hostile) => {
    const request = requestOf(hostile);
    expect(Buffer.byteLength(String(request.body))).toBeLessThanOrEqual(bytes);

    await restore();

    const { answer, crash, milliseconds } = await timed(app, request, {
      millisecondsMax,
      restore,
      measure: watchHolds,
    });

    expect(crash).toBeUndefined();
    expect(answer && faultsOf(request.method, answer)).toEqual([]);
    expect(milliseconds).toBeLessThanOrEqual(millisecondsMax);
  });
});
