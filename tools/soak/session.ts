import { setTimeout as pause } from 'node:timers/promises';
import { connect, EndpointUnreachable, type ScimRequest, type Send } from '../client/connect.ts';
import type { JsonObject } from '../client/json.ts';
import type { Random } from '../client/random.ts';
import type { Recorder } from '../client/recorder.ts';
import { type Effects, enter, type Findings, judge, type Model, type State } from './model.ts';
import { stateOf } from './resources.ts';

/** The numbers of a soak so far. */
export interface Tally {
  requests: number;
  /** Writes that were answered with success. */
  written: number;
  /** Writes without an answer, or with 429 or 503: each may be there or not. */
  unanswered: number;
}

/** One client of a tenant, which alone writes the resources of its model. */
export interface Session {
  readonly model: Model;
  readonly random: Random;
  readonly findings: Findings;
  readonly tally: Tally;
  readonly send: Send;
  /** The number of users above which the client creates no more. */
  readonly usersMax: number;
  /** Creates a name that no other resource has. */
  newName(): string;
}

/** A request that changes resources. */
export interface Write extends Omit<ScimRequest, 'kind'> {
  /** The states after it, that of the request's own path first; or the resource that it creates. */
  readonly effects: Effects | Creation;
}

/** A resource that a request creates. */
export interface Creation {
  readonly state: string;
  /** The filter that finds it. */
  readonly filter: string;
}

const answerMillisecondsMax = 60_000;
const attemptsMax = 60;
const pauseMilliseconds = 250;
/** A database may still carry out a request whose sender has given up or was killed. */
const lateMilliseconds = 2_000;

/** Connects a client whose requests are counted. */
export function connectCounted(
  access: { readonly tenantUrl: string; readonly token: string },
  recorder: Recorder,
  tally: Tally,
): Send {
  const send = connect({ ...access, timeoutMs: answerMillisecondsMax }, recorder);
  return (request) => {
    tally.requests += 1;
    return send(request);
  };
}

/** Sends a request once; undefined if there is no answer, or only the one to come back later. */
export async function attempt({ send }: Pick<Session, 'send'>, request: Omit<ScimRequest, 'kind'>) {
  try {
    const answer = await send({ kind: request.method, ...request });
    // A host that is starting answers 503 without a body.
    return answer.isUnsettled || (answer.status === 503 && answer.text === '') ? undefined : answer;
  } catch (error) {
    if (error instanceof EndpointUnreachable) return undefined;
    throw error;
  }
}

/** Reads until there is an answer; throws if there is none for a long time. */
export async function read(session: Pick<Session, 'send' | 'findings'>, path: string) {
  for (let attempts = 1; attempts <= attemptsMax; attempts += 1) {
    const answer = await attempt(session, { method: 'GET', path });
    if (answer && (answer.status === 200 || answer.status === 404)) return answer;
    if (answer) refuse(session, { method: 'GET', path }, answer);
    await pause(pauseMilliseconds);
  }
  throw new Error(`GET ${path} has had no answer in ${attemptsMax} attempts`);
}

/** Sends a write and enters its effects; without an answer, it looks which of them there are. */
export async function write(session: Session, sent: Write): Promise<void> {
  const { effects, ...request } = sent;
  const answer = await attempt(session, request);
  if (answer && isDone(effects, answer.status)) {
    session.tally.written += 1;
    const body = answer.body as JsonObject | undefined;
    const path = `${request.path}/${body?.id}`;
    enter(session.model, isCreation(effects) ? new Map([[path, effects.state]]) : effects);
    return;
  }
  if (answer) refuse(session, request, answer);
  else session.tally.unanswered += 1;
  await settle(session, request.path, effects);
}

/** Notes an answer that the request may not get. */
export function refuse(
  { findings }: Pick<Session, 'findings'>,
  { method, path }: Pick<ScimRequest, 'method' | 'path'>,
  { status, text }: { readonly status: number; readonly text: string },
): void {
  findings.wrong.push(`${method} ${path}: answered ${status} ${text.slice(0, 200)}`);
}

/** Tells whether a write creates a resource. */
export function isCreation(effects: Effects | Creation): effects is Creation {
  return 'filter' in effects;
}

/** Tells whether a status says that a write was carried out. The PATCH of a large group is answered without a body. */
export function isDone(effects: Effects | Creation, status: number): boolean {
  return isCreation(effects) ? status === 201 : status === 200 || status === 204;
}

/** Looks if a write without an answer took effect, and enters what it finds; half an effect is a finding. */
export async function settle(session: Session, path: string, effects: Effects | Creation): Promise<void> {
  const { model, findings } = session;
  if (isCreation(effects)) {
    const found = await findOne(session, path, effects.filter);
    if (!found) return;
    enter(model, new Map([[`${path}/${found.id}`, effects.state]]));
    judge({ model, path: `${path}/${found.id}`, findings }, stateOf(found));
    return;
  }
  const [first] = effects;
  if (!first) return;
  const isNow = (await stateAt(session, first[0])) === first[1];
  if (!isNow) await pause(lateMilliseconds);
  const isThere = isNow || (await stateAt(session, first[0])) === first[1];
  if (isThere) enter(model, effects);
  if (isThere && first[1] === undefined) await repeatDeletion(session, first[0]);
  for (const place of effects.keys()) {
    judge({ model, path: place, findings }, await stateInTheEnd(session, place));
  }
}

/** Repeats a deletion that was cut off, as clients do: its answer says that the memberships are gone too. */
async function repeatDeletion(session: Session, path: string): Promise<void> {
  for (let attempts = 1; attempts <= attemptsMax; attempts += 1) {
    const answer = await attempt(session, { method: 'DELETE', path });
    if (answer?.status === 404) return;
    if (answer) refuse(session, { method: 'DELETE', path }, answer);
    await pause(pauseMilliseconds);
  }
}

/** Reads a state until it is the one of the model: a timer or a reader may still complete the change. */
async function stateInTheEnd(session: Session, path: string): Promise<State> {
  const wanted = session.model.get(path)?.state;
  for (let attempts = 1; ; attempts += 1) {
    const state = await stateAt(session, path);
    if (state === wanted || attempts === attemptsMax) return state;
    await pause(pauseMilliseconds);
  }
}

/** Reads the state of a resource. */
export async function stateAt(session: Pick<Session, 'send' | 'findings'>, path: string): Promise<State> {
  const { status, body } = await read(session, path);
  return status === 200 ? stateOf(body as JsonObject) : undefined;
}

/** Finds the resource of a collection that a filter selects; undefined if there is none. */
export async function findOne(
  session: Pick<Session, 'send' | 'findings'>,
  path: string,
  filter: string,
): Promise<JsonObject | undefined> {
  const { body } = await read(session, `${path}?filter=${encodeURIComponent(filter)}`);
  const [found, ...others] = (body as { readonly Resources: readonly JsonObject[] }).Resources;
  if (others.length > 0)
    session.findings.wrong.push(`${path}: ${others.length + 1} resources with ${filter}`);
  return found;
}
