import { errorCatalogue } from '../../lib/scim/errors.ts';
import { type Page, toTable } from './page.ts';

interface Row {
  readonly status: number;
  readonly scimType?: string;
  readonly section: string;
  readonly detail: string;
}

/** Writes the page of errors from the catalogue. */
export function errorsPage(): Page {
  const kinds: readonly (readonly [string, Row])[] = Object.entries(errorCatalogue);
  const rows = kinds.map(([code, { status, scimType, section, detail }]) => [
    `\`${code}\``,
    String(status),
    scimType ? `\`${scimType}\`` : '',
    section,
    detail,
  ]);
  return {
    path: 'docs/reference/errors.md',
    text: `# Errors

\`npm run docs\` generates this page from \`lib/scim/errors.ts\`.

An error response has the body of RFC 7644 3.12: \`schemas\`, \`status\` as a string, \`scimType\` if the table names
one, and \`detail\`. If Muster knows more, \`detail\` names the attribute and the operation and says what to change.
Otherwise it is the sentence in the table.

${toTable(['Code', 'Status', 'scimType', 'Defined in', 'Detail'], rows)}
`,
  };
}
