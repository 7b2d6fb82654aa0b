/** The footer of a page and, except after the last page, the header of the next. */
const pageBreak = /\n*[^\n]*\[Page \d+\]\n(?:\f\n?RFC \d{4} [^\n]*)?\n*/;
const columns = 72;

/** Returns the lines of an RFC's text without page breaks. */
export function linesWithoutPages(text: string): readonly string[] {
  const pages = text
    .replace(/^\uFEFF/, '')
    .split(pageBreak)
    .map((page) => page.split('\n'));
  return pages.flatMap((lines, index) => (goesOn(lines, pages[index + 1]) ? lines : [...lines, '']));
}

/** Tells whether a table or a sentence continues on the next page: its last line had no room for another word. */
function goesOn(lines: readonly string[], next: readonly string[] = []): boolean {
  const last = lines.at(-1) ?? '';
  const [word = ''] = next[0]?.trim().split(' ') ?? [];
  return last.endsWith('|') || (last.length + 1 + word.length > columns && !/[.:]["')]*$/.test(last));
}
