import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Endpoint } from '../../test/support/endpoint.ts';
import type { Random } from '../client/random.ts';
import { enter, type Findings, judge, type Model } from './model.ts';
import type { Tally } from './session.ts';

/** An operator who edits one tenant. */
export interface Operator {
  readonly tenantId: string;
  readonly tenantUrl: string;
  /** The descriptions that the tenant should have, by the path of the tenant. */
  readonly model: Model;
  readonly random: Random;
  readonly findings: Findings;
  readonly tally: Tally;
  readonly manage: Endpoint['manage'];
}

const label = 'Soak';
const attemptsMax = 60;
const pauseMilliseconds = 250;

/** Does what an operator does: edits the tenant, or issues a key, uses it and revokes it. */
export async function operate(operator: Operator): Promise<void> {
  await (operator.random.chance(0.5) ? describe(operator) : replaceKey(operator));
}

async function describe({ model, random, findings, tally, ...operator }: Operator): Promise<void> {
  const path = `/manage/tenants/${operator.tenantId}`;
  const description = `Description ${random.below(1_000_000)}`;
  const answer = await call({ ...operator, tally }, 'PATCH', path, { description });
  if (answer?.status === 200) {
    tally.written += 1;
    enter(model, new Map([[path, description]]));
    return;
  }
  if (answer) findings.wrong.push(`PATCH of a tenant: answered ${answer.status}`);
  else tally.unanswered += 1;
  const found = await descriptionOf({ ...operator, tally });
  if (found === description) enter(model, new Map([[path, description]]));
  judge({ model, path, findings }, found);
}

/** Reads the tenant's description. */
export async function descriptionOf(
  operator: Pick<Operator, 'manage' | 'tally' | 'tenantId'>,
): Promise<string> {
  const { body } = await readManaged(operator, '');
  return body.description;
}

async function replaceKey(operator: Operator): Promise<void> {
  const { tenantId, tenantUrl, findings, tally } = operator;
  const path = `/manage/tenants/${tenantId}/keys`;
  const { body } = await readManaged(operator, '/keys');
  for (const key of body.keys.filter(isOurs)) {
    const { status } = (await call(operator, 'DELETE', `${path}/${key.id}`)) ?? {};
    if (status === 204) tally.written += 1;
    else if (status === undefined) return;
    else findings.wrong.push(`DELETE of an active key: answered ${status}`);
  }
  const issued = await call(operator, 'POST', path, { label });
  if (!issued) return;
  if (issued.status !== 201) {
    findings.wrong.push(`POST of a key: answered ${issued.status}`);
    return;
  }
  tally.written += 1;
  const used = await fetch(`${tenantUrl}/Users?count=1`, {
    headers: { authorization: `Bearer ${issued.body.key}` },
    signal: AbortSignal.timeout(60_000),
  }).catch(() => undefined);
  await used?.arrayBuffer();
  if (used?.status === 401) findings.lost.push('a key that was issued is not known');
}

const isOurs = (key: { readonly label: string; readonly status: string }) =>
  key.label === label && key.status === 'active';

/** Calls the management API once; undefined if there is no answer, or only the one to come back later. */
async function call(
  { manage, tally }: Pick<Operator, 'manage' | 'tally'>,
  ...request: Parameters<Endpoint['manage']>
): Promise<Answer | undefined> {
  tally.requests += 1;
  const answer = await manage(...request).catch(() => undefined);
  if (answer?.status !== 503 && answer?.status !== 429) return answer;
  await pause(Number(answer.headers.get('retry-after') ?? 1) * 1_000);
  return undefined;
}

async function readManaged(
  operator: Pick<Operator, 'manage' | 'tally' | 'tenantId'>,
  below: string,
): Promise<Answer> {
  for (let attempts = 1; attempts <= attemptsMax; attempts += 1) {
    const answer = await call(operator, 'GET', `/manage/tenants/${operator.tenantId}${below}`);
    if (answer?.status === 200) return answer;
    await pause(pauseMilliseconds);
  }
  throw new Error(`The management API has had no answer in ${attemptsMax} attempts`);
}
