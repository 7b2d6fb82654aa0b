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

/** Replaces the part of the page about a group of judges. Throws if the page has no marks of it. */
export function withJudgements(
  page: string,
  group: string,
  { judgements, profile }: { readonly judgements: readonly Judgement[]; readonly profile: string },
): string {
  const [start, end] = [`<!-- ${group} -->`, `<!-- /${group} -->`];
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${pagePath} has no marks of ${group}`);
  return `${before}${start}\n${partOf(judgements, profile)}\n${end}${after}`;
}

function partOf(judgements: readonly Judgement[], profile: string): string {
  const failures = failuresOf(judgements, profile);
  const skips = skipsOf(judgements);
  const absent = judgements.flatMap((judgement) =>
    'absent' in judgement ? [`${judgement.judge} did not run: ${judgement.absent}.`] : [],
  );
  const rows = judgements.map((judgement) => rowOf(judgement, profile));
  return [
    `Profile of the last run: \`${profile}\`.`,
    toTable(header, rows),
    ...absent,
    failures.length === 0
      ? 'No check failed.'
      : toTable(
          ['Judge', 'Failed check', 'Message', 'Why the endpoint does not change'],
          failures.map(({ judge, check, reason, justification = '' }) => [
            judge,
            check,
            reason,
            justification,
          ]),
        ),
    skips.length === 0 ? 'No check was skipped.' : toTable(['Judge', 'Skipped check', 'Reason'], skips),
    ...sourcesOf(judgements),
  ].join('\n\n');
}

/** Names the source of each check that has one; only Microsoft's checks do. */
function sourcesOf(judgements: readonly Judgement[]): readonly string[] {
  const rows = judgements
    .flatMap(verdictsOf)
    .flatMap(({ check, source, outcome }) => (source === undefined ? [] : [[check, source, outcome]]));
  if (rows.length === 0) return [];
  return ['### The checks of Microsoft', toTable(['Check', 'Source', 'Verdict'], rows)];
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
