import { printTable } from '../bench/table.ts';
import { toTable } from '../docs/page.ts';
import { justificationOf } from './justified.ts';
import type { Judgement, Verdict } from './verdict.ts';

export const pagePath = 'docs/reference/judges.md';

interface Failure extends Verdict {
  readonly judge: string;
  /** Absent if the failure is not justified. */
  readonly justification?: string;
}

/** Lists every failed check of every judge. */
export function failuresOf(judgements: readonly Judgement[], profile: string): readonly Failure[] {
  return judgements.flatMap((judgement) =>
    verdictsOf(judgement)
      .filter(({ outcome }) => outcome === 'failed')
      .map((verdict) => {
        const failure = { ...verdict, judge: judgement.judge };
        const justification = justificationOf(failure, profile);
        return justification === undefined ? failure : { ...failure, justification };
      }),
  );
}

/** Writes the judges' verdicts as text for people. */
export function printReport(judgements: readonly Judgement[], profile: string): string {
  const failures = failuresOf(judgements, profile);
  return [
    printTable(
      header,
      judgements.map((judgement) => rowOf(judgement, profile)),
    ),
    ...judgements.flatMap((judgement) =>
      'absent' in judgement ? [`${judgement.judge} was skipped: ${judgement.absent}`] : [],
    ),
    ...failures.map(({ judge, check, reason, justification }) =>
      justification === undefined
        ? `FAILED     ${judge}: ${check}: ${reason}`
        : `justified  ${judge}: ${check}: ${reason}\n           ${justification}`,
    ),
    ...skipsOf(judgements).map(([judge, check, reason]) => `skipped    ${judge}: ${check}: ${reason}`),
  ].join('\n');
}

/** Writes the page with the verdicts of the last run. */
export function judgesPage(judgements: readonly Judgement[], profile: string): string {
  const failures = failuresOf(judgements, profile);
  const absent = judgements.flatMap((judgement) =>
    'absent' in judgement ? [`\n${judgement.judge} did not run: ${judgement.absent}.\n`] : [],
  );
  return `# Outside judges

\`npm run judge -- --write\` runs the judges and generates this page.

The judges are test suites that others wrote for any SCIM server. The command installs them in a cache folder; they
are not part of Muster. \`microsoft\` is our own: it replays the
[checks of Microsoft](#the-checks-of-microsoft), which otherwise run in Azure only.

\`scim-sanity\` tests AI agents too, so its tenant has the pack [\`agents-older\`](../packs.md#ai-agents).

Each judge tests the local host, in its own tenant with the profile \`${profile}\`. The profile matters in three places.
\`entra\` answers a modified group with 204. \`interop\` and \`ipsie\` add an attribute of the interoperability
profile to ServiceProviderConfig. Only some profiles keep a member that does not name a resource yet.

${toTable(
  header,
  judgements.map((judgement) => rowOf(judgement, profile)),
)}
${absent.join('')}
## Failures

${
  failures.length === 0
    ? 'None.'
    : toTable(
        ['Judge', 'Check', 'Message', 'Why the endpoint does not change'],
        failures.map(({ judge, check, reason, justification = '' }) => [judge, check, reason, justification]),
      )
}

## Skipped checks

${skipsOf(judgements).length === 0 ? 'None.' : toTable(['Judge', 'Check', 'Reason'], skipsOf(judgements))}

## The checks of Microsoft

Before an app enters the gallery of Entra ID, its endpoint must pass a Logic App of Microsoft. Beside it there is a
validator on the web. \`npm run judge -- microsoft\` sends the requests that their sources describe, and compares the
answers with what the sources expect.

${toTable(['Check', 'Source', 'Verdict'], sourcedRows(judgements))}
`;
}

/** The checks that name their source. */
function sourcedRows(judgements: readonly Judgement[]): readonly (readonly string[])[] {
  return judgements
    .flatMap(verdictsOf)
    .flatMap(({ check, source, outcome }) => (source === undefined ? [] : [[check, source, outcome]]));
}

const header = ['Judge', 'Version', 'Passed', 'Failed', 'Justified', 'Skipped'];

function rowOf(judgement: Judgement, profile: string): readonly string[] {
  if ('absent' in judgement) return [judgement.judge, '-', '-', '-', '-', '-'];
  const { judge, version, verdicts } = judgement;
  const count = (outcome: Verdict['outcome']) =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const explained = failuresOf([judgement], profile).filter(
    (failure) => failure.justification !== undefined,
  ).length;
  const failed = count('failed') - explained;
  return [judge, version, ...[count('passed'), failed, explained, count('skipped')].map(String)];
}

function skipsOf(judgements: readonly Judgement[]): readonly (readonly [string, string, string])[] {
  return judgements.flatMap((judgement) =>
    verdictsOf(judgement)
      .filter(({ outcome }) => outcome === 'skipped')
      .map(({ check, reason }) => [judgement.judge, check, reason] as const),
  );
}

function verdictsOf(judgement: Judgement): readonly Verdict[] {
  return 'verdicts' in judgement ? judgement.verdicts : [];
}
