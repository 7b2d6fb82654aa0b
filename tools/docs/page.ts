/** A generated page of the reference documentation. */
export interface Page {
  /** The path relative to the project's folder. */
  readonly path: string;
  readonly text: string;
}

/** Puts text between `<!-- name -->` and `<!-- /name -->`; throws if the marks are missing. */
export function replaceSection(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`The page has no place for "${name}"`);
  return `${text.slice(0, from)}${start}\n${content}\n${text.slice(to)}`;
}

/** Writes a Markdown table. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(toCell).join(' | ')} |`)
    .join('\n');
}

function toCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
}
