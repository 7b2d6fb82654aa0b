import * as z from 'zod';
import { limits } from '../base/limits.ts';
import type { TemplateView } from '../mail/render.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Draft, MailServices } from './draft.ts';

const tally = z.record(z.string(), z.number()).default({});
const text = z.string().default('');

/** The properties of a run that a report uses; the audit trail has more. */
const runSchema = z.object({
  /** Milliseconds since 1970, like `seen`. */
  started: z.number(),
  seen: z.number(),
  counts: tally,
  refused: tally,
  held: tally,
  details: z
    .array(z.object({ error: text, detail: text, resourceType: text, resource: text }))
    .readonly()
    .default([]),
});

/** Drafts a report to administrators on a run with failures; `outdated` if the run is not kept any more. */
export async function runDraft(
  { store }: Pick<MailServices, 'store'>,
  { id: tenantId, policy }: Tenant,
  run: string,
): Promise<Draft> {
  const found = await store.read({ container: 'audit', tenantId, kind: 'run', id: run });
  if (!found) return 'outdated';
  if (!policy.notifications.failures) return 'unwanted';
  return {
    to: policy.notifications.administrators.map((address) => ({ address })),
    view: { run, ...viewOf(runSchema.parse(found.document)) },
  };
}

function viewOf({ started, seen, counts, refused, held, details }: z.infer<typeof runSchema>): TemplateView {
  const refusals = details.slice(0, limits.mailRefusalsMax);
  const holds = Object.entries(held).map(([reason, count]) => ({ reason, count }));
  return {
    started: minuteOf(started),
    ended: minuteOf(seen),
    created: counts.created ?? 0,
    changed: counts.changed ?? 0,
    deleted: counts.deleted ?? 0,
    refused: sum(refused),
    held: sum(held),
    hasRefusals: refusals.length > 0,
    refusals,
    hasHolds: holds.length > 0,
    holds,
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function minuteOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
