import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lineOf, parseSource, type SourceFile, sourceFiles } from '../tools/house/source.ts';

/** It quotes what not to write. */
const quotingPage = 'docs/style.md';

/** Folders whose comments follow these rules. */
const foldersToCheck = ['functions', 'lib', 'tools'] as const;

/** Phrases that a native speaker would not write, each with what to write instead. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\btaken for\b/gi, 'accepted as, treated as'],
  [/\b(give|gives|gave|given|giving) free\b/gi, 'release'],
  [/\banew\b/gi, 'again'],
  [/\bof late\b/gi, 'recently'],
  [/\b(come|comes|came|coming) by\b/gi, 'run'],
  [/\b(take|takes|took|taken|taking) down\b/gi, 'record, write'],
  [/(?<!\bthere )\b(is|are) no\b(?! (longer|more)\b)/gi, 'is not a, has no'],
  [/\b(tell|tells|told) of\b/gi, 'report, notify about'],
  [/\bso it is until\b/gi, 'until'],
  [/\bin (its|his|her|their) stead\b/gi, 'instead'],
  [/\bin the place of\b/gi, 'instead of'],
  [/\bfor want of\b/gi, 'because it lacks'],
  [/\bfor whom it is\b/gi, 'name the recipient'],
  [/\bto be had\b/gi, 'available'],
  [/\bone a line\b/gi, 'one on each line'],
  [/\b(heed|heeds|heeded)\b/gi, 'respect'],
  [/\b(mend|mends|mended|mending)\b/gi, 'fix'],
  [/\blest\b/gi, 'so that … not'],
  [/(?<=^|[.!:|*-] |\n\n)(Who|Whom|Whose|Whoever|What)\b(?![^.?!]*\?)/g, 'name the subject'],
];

/** First words of a docstring that keep its subject back; those of any sentence are among the phrases. */
const firstWords = /^(Whether|How|Where|Which)\b/;

describe('pages', () => {
  const docs = readdirSync('docs').filter((name) => name.endsWith('.md'));
  const decisions = readdirSync('docs/decisions').map((name) => `decisions/${name}`);
  const guides = readdirSync('docs/guides').map((name) => `guides/${name}`);
  const own = readdirSync('.').filter((name) => name.endsWith('.md'));
  const pages = [...own, ...[...docs, ...decisions, ...guides].map((name) => `docs/${name}`)];

  test.each(pages.filter((path) => path !== quotingPage))('%s is in plain English', (path) => {
    expect(faultsOfPage(readFileSync(path, 'utf8'))).toEqual([]);
  });

  test.each([
    ['A tenant\nis no person.', 'line 2: "is no": write "is not a, has no"'],
    ['# Title\n\nWho asks, waits.', 'line 3: "Who": write "name the subject"'],
    ['| a |\n|---|\n| b is given\nfree |', 'line 3: "given free": write "release"'],
  ])('with a fault such as %j are found out', (text, fault) => {
    expect(faultsOfPage(text)).toEqual([fault]);
  });

  test.each([
    'There is no file. It is no longer there.',
    '`is no` and\n```\nanew\n```\n',
    'Who is throttled? What does each tenant cost?',
    '## What happens in Muster\n',
  ])('such as %j have no fault', (text) => {
    expect(faultsOfPage(text)).toEqual([]);
  });
});

describe('comments', () => {
  test('are in plain English', () => {
    expect(sourceFiles(...foldersToCheck).flatMap(faultsOfCode)).toEqual([]);
  });

  test.each([
    ['/** Whether it is. */', 'a.ts:1 "Whether": begin with a verb or a noun'],
    ['\n/**\n * Claims are given\n * free.\n */', 'a.ts:2 "given free": write "release"'],
    ['/** Reads it. What is gone is skipped. */', 'a.ts:1 "What": write "name the subject"'],
    ['// Nobody comes by.', 'a.ts:1 "comes by": write "run"'],
  ])('such as %j are found out', (text, fault) => {
    expect(faultsOfCode(parseSource('a.ts', text))).toEqual([fault]);
  });

  test('may begin with a question word where they are no docstrings', () => {
    expect(faultsOfCode(parseSource('a.ts', '// Where one fails, the others go on.'))).toEqual([]);
  });
});

/** The faults of a page, but for those in code and in texts that are generated from the code. */
function faultsOfPage(text: string): readonly string[] {
  const blank = (code: string) => code.replaceAll(/[^\n]/g, '_');
  const prose = text
    .replaceAll(/<!-- (\w+) -->.*?<!-- \/\1 -->/gs, blank)
    .replaceAll(/^```.*?^```/gms, blank)
    .replaceAll(/`[^`\n]*`/g, blank);
  return phrasesIn(prose).map(
    ({ index, fault }) => `line ${prose.slice(0, index).split('\n').length}: ${fault}`,
  );
}

function faultsOfCode(file: SourceFile): readonly string[] {
  return file.comments.flatMap(({ start, text, isDocstring }) => {
    const place = `${file.path}:${lineOf(file, start)}`;
    const [word] = (isDocstring && firstWords.exec(text)) || [];
    const first = word === undefined ? [] : [`${place} "${word}": begin with a verb or a noun`];
    return [...first, ...phrasesIn(text).map(({ fault }) => `${place} ${fault}`)];
  });
}

function phrasesIn(text: string): readonly { index: number; fault: string }[] {
  // A phrase may go on in the next line; only paragraphs end sentences.
  const flowing = text.replaceAll(/(?<!\n)\n(?!\n)/g, ' ');
  return phrases.flatMap(([pattern, instead]) =>
    [...flowing.matchAll(pattern)].map(({ index, 0: found }) => ({
      index,
      fault: `"${found}": write "${instead}"`,
    })),
  );
}
