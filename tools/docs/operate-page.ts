import { readFileSync } from 'node:fs';
import { type Field, type LineKind, logLines } from '../../lib/base/log-lines.ts';
import { type Page, replaceSection, toTable } from './page.ts';

const path = 'docs/operate.md';

/** Writes the meaning of each log line into the page for operators, and keeps the text around it. */
export function operatePage(): Page {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const kinds: readonly (readonly [string, LineKind])[] = Object.entries(logLines);
  return { path, text: replaceSection(text, 'log', kinds.map(toSection).join('\n\n')) };
}

function toSection([event, { level, when, fields }]: readonly [string, LineKind]): string {
  const rows = Object.entries(fields).map(([name, { type, optional, meaning }]) => [
    `\`${name}\``,
    optional ? `${types[type]}, optional` : types[type],
    meaning,
  ]);
  const introduction = `Level ${level}. Muster writes this line when ${when}.`;
  return `### \`${event}\`\n\n${introduction}\n\n${toTable(['Field', 'Type', 'Meaning'], rows)}`;
}

const types: Readonly<Record<Field['type'], string>> = {
  text: 'text',
  number: 'number',
  counts: 'object of numbers',
  failure: 'object',
};
