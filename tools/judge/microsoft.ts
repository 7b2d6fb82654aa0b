import { type Check, Deviation, openClient } from './microsoft/check.ts';
import { galleryChecks } from './microsoft/gallery.ts';
import { lifecycleChecks } from './microsoft/lifecycle.ts';
import { unreplayed } from './microsoft/not-replayed.ts';
import { validatorChecks } from './microsoft/validator.ts';
import { type Court, inOneLine, type Judge, type Verdict } from './verdict.ts';

/** The checks that it replays: those of the Logic App for gallery apps, then those of the SCIM validator. */
const checks: readonly Check[] = [...galleryChecks, ...lifecycleChecks, ...validatorChecks];

/** Microsoft's checks for the gallery of Entra ID, which run in Azure only, replayed as their HTTP requests. */
export const microsoft: Judge = {
  name: 'microsoft',
  ask: async (court) => ({ version: 'replayed, as of 2026-11', verdicts: await replay(court) }),
};

/** Sends the requests of one check after the other and compares the answers with what Microsoft expects. */
export async function replay(court: Omit<Court, 'cache'>): Promise<readonly Verdict[]> {
  const client = openClient(court);
  const verdicts: Verdict[] = [];
  for (const { name, source, run } of checks) {
    const deviation = await run(client).then(() => undefined, messageOf);
    verdicts.push({
      check: name,
      source,
      outcome: deviation === undefined ? 'passed' : 'failed',
      reason: inOneLine(deviation ?? ''),
    });
  }
  const skipped = unreplayed.map(
    ({ name, source, reason }): Verdict => ({
      check: name,
      source,
      outcome: 'skipped',
      reason: `Not replayed: ${reason}`,
    }),
  );
  return [...verdicts, ...skipped];
}

/** The message of a Deviation; throws any other error again, because the judge has a fault then. */
function messageOf(error: unknown): string {
  if (error instanceof Deviation) return error.message;
  throw error;
}
