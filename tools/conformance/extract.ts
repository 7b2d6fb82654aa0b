import { readFileSync } from 'node:fs';
import { blocksOf } from './blocks.ts';
import { linesWithoutPages } from './pages.ts';
import { keywordsIn, sentencesOf } from './sentences.ts';

export const rfcNumbers = ['7643', '7644', '9865'] as const;
export type RfcNumber = (typeof rfcNumbers)[number];

/** A sentence of an RFC that uses a key word of RFC 2119. */
export interface Requirement {
  /** Such as `RFC 7644 3.3 #2`: the second such sentence of section 3.3. */
  readonly id: string;
  readonly rfc: RfcNumber;
  readonly section: string;
  readonly keywords: readonly string[];
  /** `MUST` stands for MUST, SHALL and REQUIRED, `SHOULD` for SHOULD and RECOMMENDED; the stronger one wins. */
  readonly level: 'MUST' | 'SHOULD';
  /** The term of a list or table that the sentence belongs to, such as `patch.supported`; often empty. */
  readonly term: string;
  readonly sentence: string;
}

/** Reads the published text of an RFC. */
export function rfcText(rfc: RfcNumber): string {
  return readFileSync(new URL(`../../test/conformance/rfc/rfc${rfc}.txt`, import.meta.url), 'utf8');
}

/** Extracts every sentence with MUST, SHALL, REQUIRED, SHOULD or RECOMMENDED, in the order of the text. */
export function extractRequirements(rfc: RfcNumber, text: string = rfcText(rfc)): readonly Requirement[] {
  return sectionsOf(linesWithoutPages(text)).flatMap(({ section, lines }) =>
    blocksOf(lines)
      .flatMap(({ terms, lines: block }) => sentencesOf(block).map((sentence) => ({ terms, sentence })))
      .filter(({ sentence }) => keywordsIn(sentence).length > 0)
      .map(({ terms, sentence }, index) => {
        const keywords = keywordsIn(sentence);
        return {
          id: `RFC ${rfc} ${section} #${index + 1}`,
          rfc,
          section,
          keywords,
          level: keywords.some((keyword) => /MUST|SHALL|REQUIRED/.test(keyword)) ? 'MUST' : 'SHOULD',
          term: terms.join('.'),
          sentence,
        };
      }),
  );
}

interface Section {
  readonly section: string;
  readonly lines: string[];
}

/** Divides a text into sections; headings begin at the margin, but the table of contents is indented. */
function sectionsOf(lines: readonly string[]): readonly Section[] {
  const sections: Section[] = [];
  for (const line of lines) {
    const heading = /^(\d+(?:\.\d+)*)\. {1,2}\S/.exec(line);
    if (heading) sections.push({ section: heading[1] ?? '', lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

/** Quotes a requirement's sentence, after its term if it has one. */
export function quote({ term, sentence }: Requirement): string {
  return term === '' ? sentence : `${term}: ${sentence}`;
}

/** All requirements of the three RFCs. */
export const requirements: readonly Requirement[] = rfcNumbers.flatMap((rfc) => extractRequirements(rfc));
