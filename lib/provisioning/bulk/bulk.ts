import { limits } from '../../base/limits.ts';
import { unlink } from '../../directory/deletion.ts';
import { currentRevisions } from '../../directory/resources.ts';
import { conflict, invalidValue, ScimError } from '../../scim/errors.ts';
import type { JsonValue } from '../../scim/json.ts';
import { referencesIn, resolveReferences, resolveText, textsIn } from '../../scim/message/bulk-references.ts';
import type { BulkResult } from '../../scim/message/bulk-response.ts';
import { versionOf } from '../../scim/version.ts';
import type { Context } from '../context.ts';
import { type BulkClaim, claimBulk } from './claim.ts';
import { type BulkStep, planBulk } from './plan.ts';
import { markOf } from './results.ts';
import { runBulkPlan } from './schedule.ts';

/** An operation that can be performed: its bulkIds are resolved to ids. */
export interface BulkTask {
  readonly position: number;
  readonly target?: string;
  readonly data: JsonValue;
  /** The id of the resource that the operation creates. */
  readonly newId: string;
}

/** A parsed bulk request, and the function that performs its operations. */
export interface BulkCommand {
  /** The text of the request, by which a repetition is recognised. */
  readonly text: string;
  /** The operations; `undefined` for one that cannot be carried out. */
  readonly steps: readonly (BulkStep | undefined)[];
  /** The number of failures after which no more operations begin. */
  readonly failOnErrors?: number;
  /** Performs one operation as a separate request would. Never rejects. */
  perform(context: Context, task: BulkTask): Promise<BulkResult>;
}

/**
 * Carries out the operations of a bulk request (RFC 7644 3.7). Yields their results by position, `null` for an
 * operation that was skipped because of `failOnErrors`.
 *
 * Throws ScimError `conflict` while the same request is being carried out, and `payloadTooLarge`.
 */
export async function runBulk(
  context: Context,
  command: BulkCommand,
): Promise<readonly (BulkResult | null)[]> {
  const { directory } = context;
  const { steps } = command;
  const fingerprint = await context.fingerprint(`${directory.actor.credential} ${command.text}`);
  const plan = await planBulk(steps, directory);
  const claim = await claimBulk(context, { fingerprint, steps });
  const run = new BulkRun(context, command, claim);
  await runBulkPlan(plan, run);
  const results = steps.map((_, position) => run.results.get(position) ?? null);
  const settled = await dropGhosts(context, claim, { steps, results });
  await claim.complete(settled);
  return settled;
}

/** A bulk request that is being carried out. */
class BulkRun {
  readonly results: Map<number, BulkResult>;
  readonly done: ReadonlySet<number>;
  readonly #context: Context;
  readonly #command: BulkCommand;
  readonly #claim: BulkClaim;
  readonly #creations: ReadonlyMap<string, number>;
  #errors = 0;

  constructor(context: Context, command: BulkCommand, claim: BulkClaim) {
    const { steps } = command;
    const named = steps.flatMap((step, position) =>
      step?.method === 'POST' && step.bulkId !== undefined ? [[step.bulkId, position] as const] : [],
    );
    this.results = new Map(claim.done);
    this.done = new Set(claim.done.keys());
    this.#creations = new Map(named);
    this.#context = { ...context, directory: { ...context.directory, expected: expectedIds(steps, claim) } };
    this.#command = command;
    this.#claim = claim;
  }

  /** If all of the running operations fail, there are no more failures than `failOnErrors`. */
  width(): number {
    const { failOnErrors = Number.POSITIVE_INFINITY } = this.#command;
    return Math.min(limits.bulkOperationsAtOnce, failOnErrors - this.#errors);
  }

  async run(position: number): Promise<void> {
    const [tried] = await Promise.all([this.#perform(position), this.#claim.keep()]);
    const result = (tried.error && (await this.#claim.resultOf(position, tried.error))) ?? tried;
    this.results.set(position, result);
    if (result.error) this.#errors += 1;
  }

  async #perform(position: number): Promise<BulkResult> {
    const { steps, perform } = this.#command;
    const { run, ids } = this.#claim;
    const step = steps[position];
    const directory = { ...this.#context.directory, eventMark: markOf(run, position) };
    const newId = ids[position] ?? '';
    try {
      const { target, data } = this.#resolve(step);
      return await perform({ ...this.#context, directory }, { position, newId, data, target });
    } catch (thrown) {
      if (!(thrown instanceof ScimError)) throw thrown;
      return { status: thrown.status, error: thrown };
    }
  }

  #resolve({ target, data = null }: Partial<BulkStep> = {}): { target: string | undefined; data: JsonValue } {
    const resolve = (bulkId: string) => this.#idOf(bulkId);
    return {
      target: target === undefined ? undefined : resolveText(target, resolve),
      data: resolveReferences(data, resolve),
    };
  }

  /**
   * The id of the resource that a bulkId refers to, or in a circle the id that it will have (RFC 7644 3.7.2).
   * Throws ScimError `invalidValue` if no operation creates it, `conflict` if its creation failed.
   */
  #idOf(bulkId: string): string {
    const position = this.#creations.get(bulkId);
    const name = bulkId.slice(0, 64);
    if (position === undefined) {
      throw invalidValue(
        `No POST of this bulk request has the bulkId "${name}": add one, or send the id of the resource`,
      );
    }
    const result = this.results.get(position);
    if (!result?.error) return result?.id ?? this.#claim.ids[position] ?? '';
    throw conflict(
      `"bulkId:${name}" refers to operation ${position + 1}, which failed: correct that operation first`,
    );
  }
}

/** The names of the resource types that the request creates, by the ids chosen for the resources. */
function expectedIds(steps: BulkCommand['steps'], { ids }: BulkClaim): ReadonlyMap<string, string> {
  return new Map(
    steps.flatMap((step, position) => {
      const id = ids[position];
      return step?.method === 'POST' && step.type && id ? [[id, step.type.name] as const] : [];
    }),
  );
}

type Results = readonly (BulkResult | null)[];

interface Outcome {
  readonly steps: readonly (BulkStep | undefined)[];
  readonly results: Results;
}

/**
 * Removes members whose creation failed from groups that were written before it, because the operations form a
 * circle (RFC 7644 3.7.1). The error of the failed creation says so. An execution that was overtaken removes none,
 * because the other one may have created them.
 */
async function dropGhosts(context: Context, claim: BulkClaim, outcome: Outcome): Promise<Results> {
  const results = [...outcome.results];
  const relying = relyingOn(claim.ids, outcome);
  if (relying.size === 0 || !(await claim.isOurs())) return results;
  for (const [position, others] of relying) {
    await unlink(context.directory, claim.ids[position] ?? '');
    const failed = results[position];
    if (failed?.error) results[position] = { ...failed, error: withNote(failed.error, others) };
  }
  const touched = new Set([...relying.values()].flat());
  for (const position of touched) {
    const result = results[position];
    if (result) results[position] = await refreshed(context, outcome.steps[position], result);
  }
  return results;
}

/**
 * The creations that did not yield the id chosen for them, each with the operations that succeeded although they
 * refer to it. All are named by position.
 */
function relyingOn(
  ids: BulkClaim['ids'],
  { steps, results }: Outcome,
): ReadonlyMap<number, readonly number[]> {
  const missing = new Map<string, number>();
  for (const [position, step] of steps.entries()) {
    if (step?.method !== 'POST' || step.bulkId === undefined) continue;
    if (results[position]?.id !== ids[position]) missing.set(step.bulkId, position);
  }
  const relying = new Map<number, number[]>();
  if (missing.size === 0) return relying;
  for (const [position, step] of steps.entries()) {
    if (!step || !results[position] || results[position].error) continue;
    for (const bulkId of namedBy(step)) {
      const creation = missing.get(bulkId);
      if (creation === undefined || creation === position) continue;
      const others = relying.get(creation) ?? [];
      relying.set(creation, others);
      others.push(position);
    }
  }
  return relying;
}

function namedBy({ data }: BulkStep): ReadonlySet<string> {
  return new Set([...textsIn(data)].flatMap(referencesIn));
}

function withNote({ code, message, cause, headers }: ScimError, others: readonly number[]): ScimError {
  const numbers = others.map((position) => position + 1).join(', ');
  const detail = `${message}; operation ${numbers} succeeded without this member`;
  return new ScimError(code, { detail, cause, headers });
}

async function refreshed(
  { directory }: Context,
  step: BulkStep | undefined,
  result: BulkResult,
): Promise<BulkResult> {
  const { id } = result;
  if (!step?.type || id === undefined) return result;
  const revision = (await currentRevisions(directory, step.type, [id])).get(id);
  return revision === undefined ? result : { ...result, version: versionOf(revision) };
}
