const abbreviated = /(?:^|[\s(])(?:e\.g|i\.e|etc|Ms|al|vs)\.$/;
const ended = /[.?!:]["')]*$/;
/** In RFCs, two spaces end a sentence; before a name in camel case, one space may do so. */
const boundary = /(?<=[.?!]["')]*)(?: {2,}| (?=[a-z]+[A-Z]))/;

/** Joins the lines of a block and divides them into sentences. */
export function sentencesOf(lines: readonly string[]): readonly string[] {
  return lines
    .reduce((text, line) => text + gapAfter(text) + line.trim(), '')
    .split(boundary)
    .map((sentence) => sentence.replaceAll(/\s+/g, ' ').trim());
}

function gapAfter(text: string): string {
  // The line break is inside a compound word, after its hyphen.
  if (text === '' || /\w-$/.test(text)) return '';
  return ended.test(text) && !abbreviated.test(text) ? '  ' : ' ';
}

const keyword =
  /\b(?:MUST NOT|MUST|SHALL NOT|SHALL|SHOULD NOT|SHOULD|NOT RECOMMENDED|RECOMMENDED|REQUIRED)\b/g;
const mention = /"(?:MUST|SHALL|SHOULD|REQUIRED|RECOMMENDED|NOT RECOMMENDED)(?: NOT)?\.?"/g;

/** Finds the key words of RFC 2119 that a sentence uses; words in quotes are only mentioned. */
export function keywordsIn(sentence: string): readonly string[] {
  return sentence.replaceAll(mention, '').match(keyword) ?? [];
}
