import { describe, expect, test } from 'vitest';
import { readOptions } from '../../../tools/judge/options.ts';
import { UsageError } from '../../../tools/read-options.ts';

const suites = ['scim2-tester', 'scim-sanity', 'scimverify', 'microsoft'];
const libraries = ['scim2-client', 'scim-sdk-client', 'scim2-sdk-client'];

describe('readOptions()', () => {
  test.each([
    [[], { 'test-suites': suites, 'client-libraries': libraries }],
    [['scim2-client', 'microsoft'], { 'test-suites': ['microsoft'], 'client-libraries': ['scim2-client'] }],
    [['client-libraries', '--write'], { 'client-libraries': libraries }],
    [[...libraries, '--write'], { 'client-libraries': libraries }],
    [['--write'], { 'test-suites': suites, 'client-libraries': libraries }],
  ])('chooses judges by their names and groups: %j', (args, expected) => {
    const { chosen } = readOptions(args);
    const names = chosen.map(({ name, judges }) => [name, judges.map((judge) => judge.name)]);
    expect(Object.fromEntries(names)).toEqual(expected);
  });

  test.each([
    [['--profile', 'strictest'], '--profile must be one of entra, okta,'],
    [['okta'], 'There is no judge okta: name one or more of test-suites, scim2-tester,'],
    [
      ['microsoft', 'client-libraries', '--write'],
      '--write needs the verdicts of whole groups: name also scim2-tester, scim-sanity, scimverify.',
    ],
  ])('refuses %j', (args, reason) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(reason);
  });
});
