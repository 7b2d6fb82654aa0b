import { describe, expect, test } from 'vitest';
import { extractRequirements } from '../../tools/conformance/extract.ts';
import { conformancePage } from '../../tools/conformance/page.ts';
import { judge } from '../../tools/conformance/verdicts.ts';

const text = `1.  Fruit

   An apple MUST be round.  A pear SHOULD be ripe.  A plum MUST NOT be
   eaten.  Clients SHALL wash hands.
`;
const requirements = extractRequirements('7643', text);
const tests = new Map([['RFC 7643 1 #1', '7643-1.test.ts']]);
const marks = {
  'RFC 7643 1 #1': { party: 'provider' },
  'RFC 7643 1 #2': { party: 'provider', notFollowed: 'None is' },
  'RFC 7643 1 #3': { party: 'provider', as: 'RFC 7643 1 #1' },
  'RFC 7643 1 #4': { party: 'client' },
} as const;

const outcomes = (evidence: Partial<Parameters<typeof judge>[1]>) =>
  judge(requirements, { marks, tests, passed: () => true, ...evidence }).map(({ outcome }) => outcome);

describe('judge()', () => {
  test('passes what has a passing test, or is shown by one', () => {
    expect(outcomes({})).toEqual(['passed', 'not followed', 'passed', 'not the provider’s']);
  });

  test('fails what a failing test shows', () => {
    expect(outcomes({ passed: () => false })).toEqual([
      'failed',
      'not followed',
      'failed',
      'not the provider’s',
    ]);
  });

  test('finds what has no test or no mark', () => {
    expect(outcomes({ tests: new Map() })).toContain('not tested');
    expect(outcomes({ marks: {} })).toEqual(Array(4).fill('not tested'));
  });
});

describe('conformancePage()', () => {
  test('counts a failure as not passed and names it', () => {
    const verdicts = judge(requirements, { marks, tests, passed: () => false });
    const page = conformancePage(verdicts);
    expect(page.text).toContain('| RFC 7643 | 2 | 0 | 1 | 0 | 1 | 1 |');
    expect(page.text).toMatch(/\| 1 #1 \| MUST \| An apple MUST be round\. \| provider \| failed \|/);
    expect(page.text).toContain('None is');
  });
});
