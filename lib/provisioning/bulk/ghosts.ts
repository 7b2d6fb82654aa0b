import { unlink } from '../../directory/deletion.ts';
import { currentRevisions } from '../../directory/resources.ts';
import { ScimError } from '../../scim/errors.ts';
import { referencesIn, textsIn } from '../../scim/message/bulk-references.ts';
import type { BulkResult } from '../../scim/message/bulk-response.ts';
import { versionOf } from '../../scim/version.ts';
import type { Context } from '../context.ts';
import type { BulkStep } from './plan.ts';

type Results = readonly (BulkResult | null)[];

interface Outcome {
  readonly steps: readonly (BulkStep | undefined)[];
  /** Ids chosen for creations, by position. */
  readonly ids: readonly string[];
  readonly results: Results;
}

/**
 * Takes memberships of what was never created out of the groups that, in a circle, went ahead of its creation
 * (RFC 7644 3.7.1), and says so in the failure of that creation.
 */
export async function dropGhosts(context: Context, outcome: Outcome): Promise<Results> {
  const results = [...outcome.results];
  const relying = relyingOn(outcome);
  for (const [position, others] of relying) {
    await unlink(context.directory, outcome.ids[position] ?? '');
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
 * Creations that did not give the id chosen for them, with the operations that succeeded although they refer
 * to it.
 */
function relyingOn({ steps, ids, results }: Outcome): ReadonlyMap<number, readonly number[]> {
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
      relying.set(creation, [...(relying.get(creation) ?? []), position]);
    }
  }
  return relying;
}

function namedBy({ data }: BulkStep): ReadonlySet<string> {
  return new Set([...textsIn(data)].flatMap(referencesIn));
}

function withNote({ code, message, cause, headers }: ScimError, others: readonly number[]): ScimError {
  const numbers = others.map((position) => position + 1).join(', ');
  const detail = `${message}; operation ${numbers} went ahead, and this member was left out`;
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
