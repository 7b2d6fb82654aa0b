import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { quote, requirements, rfcNumbers } from '../../tools/conformance/extract.ts';
import { conformancePage } from '../../tools/conformance/page.ts';
import { findTests, idsIn, testFiles } from '../../tools/conformance/tested.ts';
import { judge } from '../../tools/conformance/verdicts.ts';
import { marks } from './marks/marks.ts';

/** The tests themselves show whether they pass; here they count as passed. */
const tests = findTests();
const verdicts = judge(requirements, { marks, tests, passed: () => true });
const ids = new Set(requirements.map(({ id }) => id));

describe('the marks', () => {
  test.each(rfcNumbers)('name every requirement of RFC %s', (rfc) => {
    const unmarked = verdicts.filter(
      ({ requirement, party }) => requirement.rfc === rfc && party === 'unmarked',
    );
    expect(unmarked.map(({ requirement }) => `${requirement.id} ${quote(requirement)}`)).toEqual([]);
  });

  test('name no requirement that no RFC has', () => {
    expect(Object.keys(marks).filter((id) => !ids.has(id))).toEqual([]);
  });

  test('name only provider requirements with a test of their own as shown by another', () => {
    const targets = Object.values(marks).flatMap((mark) =>
      'as' in mark && mark.as !== undefined ? [mark.as] : [],
    );
    const wrong = targets.filter((id) => JSON.stringify(marks[id]) !== '{"party":"provider"}');
    expect(wrong).toEqual([]);
  });

  test('give up no MUST', () => {
    const given = verdicts.filter(
      ({ requirement, outcome }) => requirement.level === 'MUST' && outcome === 'not followed',
    );
    expect(given.map(({ requirement }) => requirement.id)).toEqual([]);
  });
});

describe('the tests', () => {
  test.each(rfcNumbers)('show every requirement of RFC %s that is the provider’s', (rfc) => {
    const untested = verdicts.filter(
      ({ requirement, party, outcome }) =>
        requirement.rfc === rfc && party === 'provider' && outcome === 'not tested',
    );
    expect(untested.map(({ requirement }) => `${requirement.id} ${quote(requirement)}`)).toEqual([]);
  });

  test('show at least 95 % of what the provider should do', () => {
    const should = verdicts.filter(
      ({ requirement, party }) => requirement.level === 'SHOULD' && party === 'provider',
    );
    const passed = should.filter(({ outcome }) => outcome === 'passed');
    expect(passed.length).toBeGreaterThanOrEqual(0.95 * should.length);
  });

  test('show each requirement once', () => {
    const ids = testFiles().flatMap(idsIn);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('show nothing that is not marked so', () => {
    const dead = [...tests.keys()].filter((id) => JSON.stringify(marks[id]) !== '{"party":"provider"}');
    expect(dead).toEqual([]);
  });
});

test('docs/reference/conformance.md is what "npm run conformance" writes when all tests pass', () => {
  const { path, text } = conformancePage(verdicts);
  expect(readFileSync(path, 'utf8')).toBe(text);
});
