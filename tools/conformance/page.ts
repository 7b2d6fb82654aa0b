import { type Page, toTable } from '../docs/page.ts';
import { quote, type RfcNumber, rfcNumbers } from './extract.ts';
import type { Verdict } from './verdicts.ts';

const sentenceLengthMax = 160;

/** Writes the conformance report. */
export function conformancePage(verdicts: readonly Verdict[]): Page {
  const head = [
    '',
    'MUST for the provider',
    'passed',
    'SHOULD for the provider',
    'passed',
    'not followed',
    'for others',
  ];
  return {
    path: 'docs/reference/conformance.md',
    text: `# Conformance

\`npm run conformance\` runs the tests in \`test/conformance/\` against a running endpoint and generates this page. A
script extracts every sentence with MUST, SHALL, REQUIRED, SHOULD or RECOMMENDED from the texts of RFC 7643, 7644
and 9865. Below, MUST stands for the first three words and SHOULD for the others. A sentence with both counts as
MUST. Each requirement is for the service provider, for the client or for the deployment. Each requirement for the
service provider has a test that sends requests. The test's name is the number and the sentence of the requirement.

${toTable(head, [...rfcNumbers.map((rfc) => summary(`RFC ${rfc}`, of(verdicts, rfc))), summary('all', verdicts)])}

${notFollowed(verdicts)}
${rfcNumbers.map((rfc) => details(rfc, of(verdicts, rfc))).join('\n')}`,
  };
}

const of = (verdicts: readonly Verdict[], rfc: RfcNumber) =>
  verdicts.filter(({ requirement }) => requirement.rfc === rfc);

function summary(name: string, verdicts: readonly Verdict[]): readonly string[] {
  const own = verdicts.filter(({ party }) => party === 'provider');
  const must = own.filter(({ requirement }) => requirement.level === 'MUST');
  const should = own.filter(({ requirement }) => requirement.level === 'SHOULD');
  const passed = (some: readonly Verdict[]) => some.filter(({ outcome }) => outcome === 'passed').length;
  const unfollowed = should.filter(({ outcome }) => outcome === 'not followed').length;
  const counts = [must.length, passed(must), should.length, passed(should), unfollowed];
  return [name, ...[...counts, verdicts.length - own.length].map(String)];
}

function notFollowed(verdicts: readonly Verdict[]): string {
  const unfollowed = verdicts.filter(({ outcome }) => outcome === 'not followed');
  if (unfollowed.length === 0) return '';
  const rows = unfollowed.map(({ requirement, note = '' }) => [requirement.id, quote(requirement), note]);
  return `## Requirements that Muster does not follow\n\n${toTable(['Requirement', 'Sentence', 'Reason'], rows)}\n`;
}

function details(rfc: RfcNumber, verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ requirement, party, outcome, test, note }) => [
    requirement.id.replace(`RFC ${rfc} `, ''),
    [...new Set(requirement.keywords)].join(', '),
    shorten(quote(requirement)),
    party,
    [outcome === 'not the provider’s' ? '' : outcome, note ?? ''].filter(Boolean).join('; '),
    test === undefined ? '' : `\`${test}\``,
  ]);
  return `## RFC ${rfc}\n\n${toTable(['Number', 'Key words', 'Sentence', 'For', 'Verdict', 'Test'], rows)}\n`;
}

function shorten(sentence: string): string {
  if (sentence.length <= sentenceLengthMax) return sentence;
  return `${sentence.slice(0, sentence.lastIndexOf(' ', sentenceLengthMax))} …`;
}
