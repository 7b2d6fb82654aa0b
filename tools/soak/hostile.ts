import type { Random } from '../client/random.ts';
import { hostileHeaders, rawGet, sendRaw } from '../host/hostile-requests.ts';
import type { Findings } from './model.ts';

/** The tenant that hostile requests are sent to. */
export interface Target {
  readonly tenantUrl: string;
  readonly token: string;
}

interface Attack {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly token?: string;
  readonly status: number;
}

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const patchOf = (operations: string) =>
  `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[${operations}]}`;

/** Requests that must be refused, with the statuses of the answers. */
const attacks: readonly Attack[] = [
  { method: 'POST', path: '/Users', body: '{"userName":', status: 400 },
  { method: 'POST', path: '/Users', body: deep, status: 400 },
  { method: 'POST', path: '/Users', body: '{"schemas":["x"],"userName":7}', status: 400 },
  { method: 'POST', path: '/Users', body: '"a string"', status: 400 },
  { method: 'POST', path: '/Users', body: `{"userName":"${'x'.repeat(3_000_000)}"}`, status: 413 },
  {
    method: 'PATCH',
    path: '/Users/nobody',
    body: patchOf('{"op":"replace","path":"title","value":"x"}'),
    status: 404,
  },
  { method: 'PUT', path: '/Groups/nothing', body: '{"displayName":"x"}', status: 404 },
  { method: 'GET', path: `/Users?filter=${'('.repeat(3_000)}`, status: 400 },
  { method: 'GET', path: '/Users?filter=userName%20eq', status: 400 },
  { method: 'GET', path: '/Nothing', status: 404 },
  { method: 'DELETE', path: '/Users/nobody', status: 404 },
  { method: 'GET', path: '/Users', token: 'muster_unknown', status: 401 },
];

/** Sends one hostile request. Any other answer than a refusal is a finding. */
export async function attackOnce(target: Target, random: Random, { wrong }: Findings): Promise<void> {
  if (random.chance(0.3)) {
    const [kind, headers] = random.pick(hostileHeaders);
    const { origin, pathname } = new URL(target.tenantUrl);
    const answer = await sendRaw(origin, rawGet(`${pathname}/Users`, ...headers())).catch(() => undefined);
    if (answer && answer.status >= 500 && answer.status !== 503)
      wrong.push(`${kind}: answered ${answer.status}`);
    return;
  }
  const attack = random.pick(attacks);
  const status = await statusOf(target, attack);
  const line = `${attack.method} ${attack.path.slice(0, 40)} ${attack.body?.slice(0, 40) ?? ''}`;
  if (![undefined, 429, 503, attack.status].includes(status)) wrong.push(`${line}: answered ${status}`);
}

async function statusOf(
  target: Target,
  { method, path, body, token = target.token }: Attack,
): Promise<number | undefined> {
  try {
    const answer = await fetch(target.tenantUrl + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(60_000),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return undefined;
  }
}
