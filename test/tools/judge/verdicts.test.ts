import { describe, expect, test } from 'vitest';
import { readSteps } from '../../../tools/judge/client-libraries.ts';
import { failuresOf, withJudgements } from '../../../tools/judge/report.ts';
import { complaint } from '../../../tools/judge/run-command.ts';
import { readScimSanity } from '../../../tools/judge/scim-sanity.ts';
import { readScim2Tester } from '../../../tools/judge/scim2-tester.ts';
import { readTap } from '../../../tools/judge/scimverify.ts';

describe('readScim2Tester()', () => {
  test('reads a line for each check, what is not known as failed', () => {
    const output = [
      'A warning of the library',
      '{"status": "SUCCESS", "type": "User", "title": "object_creation", "reason": "Created"}',
      '{"status": "DEVIATION", "type": null, "title": "random_url", "reason": "Two\\n lines"}',
      '{"status": "SKIPPED", "type": "Group", "title": "patch", "reason": null}',
    ].join('\n');

    expect(readScim2Tester(output)).toEqual([
      { check: 'User object_creation', outcome: 'passed', reason: '' },
      { check: 'random_url', outcome: 'failed', reason: 'DEVIATION: Two lines' },
      { check: 'Group patch', outcome: 'skipped', reason: 'SKIPPED:' },
    ]);
  });
});

describe('readSteps()', () => {
  const lines = 'A warning\n{"check": "discovery", "outcome": "failed", "reason": "Two\\n lines"}\n';

  test('reads a line for each step', () => {
    const steps = readSteps({ code: 0, stdout: lines, stderr: '' });
    expect(steps).toEqual([{ check: 'discovery', outcome: 'failed', reason: 'Two lines' }]);
  });

  test.each([
    [1, lines],
    [0, 'A warning\n'],
  ])('refuses a client that stopped early: %j', (code, stdout) => {
    expect(() => readSteps({ code, stdout, stderr: 'error: it broke' })).toThrow('error: it broke');
  });
});

describe('readScimSanity()', () => {
  test('reads results, a warning as failed', () => {
    const results = [
      { name: 'GET /Schemas', status: 'pass', phase: '1' },
      { name: 'PATCH /Groups/{id}', status: 'warn', message: 'Expected 200' },
      { name: 'Agents', status: 'skip', message: 'Not supported' },
    ];

    expect(readScimSanity(JSON.stringify({ results }))).toEqual([
      { check: 'GET /Schemas', outcome: 'passed', reason: '' },
      { check: 'PATCH /Groups/{id}', outcome: 'failed', reason: 'Expected 200' },
      { check: 'Agents', outcome: 'skipped', reason: 'Not supported' },
    ]);
  });
});

const tap = `TAP version 13
# Subtest: Groups
    # Subtest: Lists groups
    ok 1 - Lists groups
      ---
      duration_ms: 1
      ...
    # Subtest: Retrieves a group
    ok 2 - Retrieves a group # SKIP None found
      ---
      ...
    # Subtest: Assigns a user
    not ok 3 - Assigns a user
      ---
      failureType: 'testCodeFailure'
      error: |-
        PATCH should answer 200

        204 !== 200

      code: 'ERR_ASSERTION'
      ...
    # Subtest: Deletes a group
    not ok 4 - Deletes a group
      ---
      error: 'Nothing to delete'
      code: 'ERR'
      ...
    1..4
not ok 1 - Groups
  ---
  error: '2 subtests failed'
  ...
1..1
`;

describe('readTap()', () => {
  test('reads the inner tests with the errors below them', () => {
    expect(readTap(tap)).toEqual([
      { check: 'Groups: Lists groups', outcome: 'passed', reason: '' },
      { check: 'Groups: Retrieves a group', outcome: 'skipped', reason: 'None found' },
      { check: 'Groups: Assigns a user', outcome: 'failed', reason: 'PATCH should answer 200 204 !== 200' },
      { check: 'Groups: Deletes a group', outcome: 'failed', reason: 'Nothing to delete' },
    ]);
  });
});

describe('failuresOf()', () => {
  const judgement = { judge: 'scimverify', version: '1', verdicts: readTap(tap) };

  test('justifies a failure under the profiles that explain it only', () => {
    const justifiedUnder = (profile: string) =>
      failuresOf(
        [
          {
            ...judgement,
            verdicts: [{ check: 'Groups: Assigns a user to a group', outcome: 'failed', reason: '' }],
          },
        ],
        profile,
      ).map(({ justification }) => justification !== undefined);

    expect(justifiedUnder('entra')).toEqual([true]);
    expect(justifiedUnder('okta')).toEqual([false]);
  });

  test('finds what failed and nothing in a judge who could not be asked', () => {
    const failures = failuresOf([judgement, { judge: 'scim2-tester', absent: 'no Python' }], 'okta');
    expect(failures.map(({ check }) => check)).toEqual(['Groups: Assigns a user', 'Groups: Deletes a group']);
  });

  test('gives the page its counts', () => {
    const before = '# Judges\n<!-- test-suites -->\nold\n<!-- /test-suites -->\nrest\n';
    const judgements = [judgement, { judge: 'scim2-tester', absent: 'there is no Python' }];
    const page = withJudgements(before, 'test-suites', { judgements, profile: 'okta' });
    expect(page.split('\n')).toEqual(expect.arrayContaining(['# Judges', 'rest']));
    expect(page).not.toContain('old');
    expect(() => withJudgements(page, 'client-libraries', { judgements, profile: 'okta' })).toThrow(
      'no marks',
    );
    expect(page).toContain('| scimverify | 1 | 1 | 2 | 0 | 1 |');
    expect(page).toContain('scim2-tester did not run: there is no Python.');
    expect(page).not.toContain('### ');
  });

  test('gives the page the sources of the checks that have one', () => {
    const verdict = { check: 'Delete_User_Test', outcome: 'passed', reason: '', source: 'test 4' } as const;
    const judgements = [{ judge: 'microsoft', version: '1', verdicts: [verdict] }];
    const before = '<!-- test-suites --><!-- /test-suites -->';
    const page = withJudgements(before, 'test-suites', { judgements, profile: 'okta' });
    expect(page).toContain('| Delete_User_Test | test 4 | passed |');
  });
});

describe('complaint()', () => {
  test('takes the telling line without the address', () => {
    const stderr =
      'npm warn Unknown config\nnpm error code E404\nnpm error 404 Not Found - GET https://registry.example/x\n';
    expect(complaint({ stdout: '', stderr })).toBe('npm error 404 Not Found');
  });
});
