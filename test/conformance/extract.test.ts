import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  extractRequirements,
  quote,
  requirements,
  rfcNumbers,
  rfcText,
} from '../../tools/conformance/extract.ts';

const quoted = (id: string) => requirements.filter((found) => found.id === id).map(quote);

/** Key words outside of quotes; within them they are only talked about. */
const keywordsOf = (text: string) =>
  text.replaceAll(/"[A-Z ]+\.?"/g, '').match(/\b(?:MUST|SHALL|REQUIRED|SHOULD|RECOMMENDED)\b/g) ?? [];

describe('the texts of the RFCs', () => {
  const sums = readFileSync(new URL('rfc/SHA256SUMS', import.meta.url), 'utf8')
    .trim()
    .split('\n');

  test.each(sums.map((line) => line.split('  ')))('%s is the hash of %s', (sum, name) => {
    const text = readFileSync(new URL(`rfc/${name}`, import.meta.url));
    expect(createHash('sha256').update(text).digest('hex')).toBe(sum);
  });
});

describe('extractRequirements()', () => {
  test.each([
    ['7643', 161],
    ['7644', 182],
    ['9865', 18],
  ] as const)('finds the sentences of RFC %s: %i', (rfc, count) => {
    expect(extractRequirements(rfc)).toHaveLength(count);
  });

  test.each(rfcNumbers)('forgets no key word of RFC %s', (rfc) => {
    const found = extractRequirements(rfc).flatMap(({ sentence }) => keywordsOf(sentence));
    // The columns of a table stand one after the other in the text and side by side on the page.
    expect(found.sort()).toEqual(keywordsOf(rfcText(rfc)).sort());
  });

  test.each(rfcNumbers)('puts every line of RFC %s that has a key word into a sentence', (rfc) => {
    const all = extractRequirements(rfc).map(({ sentence }) => sentence);
    const lines = rfcText(rfc)
      .split('\n')
      .filter((line) => keywordsOf(line).length > 0)
      .map(wordsAroundKeyword);
    expect(lines.filter((words) => !all.some((sentence) => sentence.includes(words)))).toEqual([]);
  });

  test.each([
    [
      'a sentence of a paragraph',
      'RFC 7643 2.1 #2',
      'Attribute names MUST conform to the following ABNF rules:',
    ],
    [
      'an item of a list',
      'RFC 7644 3.5.2.3 #2',
      /^If the target location path .+ treat the operation as an "add"\.$/,
    ],
    ['what hangs below a term', 'RFC 7643 3.1 #4', /^id: Each representation of the resource MUST include/],
    ['a term within a term', 'RFC 7643 5 #2', 'patch.supported: REQUIRED.'],
    [
      'a cell of a table',
      'RFC 7644 3.4.2.2 #5',
      /^ge: Boolean and Binary attributes SHALL cause .+ "invalidFilter"\.$/,
    ],
    [
      'a cell of a newer table',
      'RFC 9865 2 #4',
      /^nextCursor: .+ cursor-based pagination MUST include .+ last page\.$/,
    ],
    ['a description in JSON', 'RFC 7643 8.7.1 #8', /^User\.emails\.value: The value SHOULD be canonicalized/],
    [
      'a sentence over two pages',
      'RFC 7643 4.1.2 #11',
      /^groups: If .+, the "value" sub-attribute MUST be .+ belongs\.$/,
    ],
    [
      'a list of bullets as RFC 9865 writes it',
      'RFC 9865 5.2 #3',
      /^When possible, .+ change in permissions\.$/,
    ],
  ])('reads %s', (_what, id, expected) => {
    expect(quoted(id)).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
  });

  test('leaves out where key words are only talked about', () => {
    const sections = requirements.map(({ rfc, section }) => `${rfc} ${section}`);
    expect(sections).not.toContain('9865 1.1');
    expect(requirements.filter(({ sentence }) => /key ?words/i.test(sentence))).toEqual([]);
  });

  test('counts a sentence with both levels as MUST', () => {
    const levels = new Map(requirements.map(({ id, level }) => [id, level]));
    expect([levels.get('RFC 7644 3.8 #4'), levels.get('RFC 7644 3.5.2.1 #3')]).toEqual(['MUST', 'SHOULD']);
  });
});

/** A word before the key word and one behind it, as far as the line has them. */
function wordsAroundKeyword(line: string): string {
  const [words = ''] =
    /(?:[\w,]+ )?\b(?:MUST|SHALL|REQUIRED|SHOULD|RECOMMENDED)\b(?: \w+)?/.exec(
      line.replaceAll(/\s+/g, ' '),
    ) ?? [];
  return words;
}
