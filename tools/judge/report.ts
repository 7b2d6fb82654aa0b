import { printTable } from '../bench/table.ts';
import { toTable } from '../docs/page.ts';
import { justificationOf } from './justified.ts';
import type { Judgement, Verdict } from './verdict.ts';

export const pagePath = 'docs/reference/judges.md';

interface Failure extends Verdict {
  readonly judge: string;
  /** Absent when nothing explains the failure. */
  readonly justification?: string;
}

/** Every failed check of every judge. */
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

/** Prints what the judges say for people. */
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

/** Writes the page that keeps the verdicts of the last run. */
export function judgesPage(judgements: readonly Judgement[], profile: string): string {
  const failures = failuresOf(judgements, profile);
  const absent = judgements.flatMap((judgement) =>
    'absent' in judgement ? [`\n${judgement.judge} was not asked: ${judgement.absent}.\n`] : [],
  );
  return `# What outside judges say

This page is generated; \`npm run judge -- --write\` asks the judges and writes it again.

The judges are programs that others wrote to test any SCIM server; they are installed in a cache folder and are no
part of Muster. Each judges the local host in a tenant of its own with the profile \`${profile}\`. The choice of the
profile matters in three places: \`entra\` answers a modified group with 204, \`strict\` adds an attribute of the
interoperability profile to ServiceProviderConfig, and only some profiles keep a member that names no resource yet.

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
        ['Judge', 'Check', 'What it says', 'Why the endpoint stays as it is'],
        failures.map(({ judge, check, reason, justification = '' }) => [judge, check, reason, justification]),
      )
}

## Checks that a judge skipped

${skipsOf(judgements).length === 0 ? 'None.' : toTable(['Judge', 'Check', 'Why'], skipsOf(judgements))}
`;
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
