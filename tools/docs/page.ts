/** A generated page of the reference documentation. */
export interface Page {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly text: string;
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
