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

This page is generated from \`lib/scim/errors.ts\`; \`npm run docs\` writes it again.

An error answers with the body of RFC 7644 3.12: \`schemas\`, \`status\` in a string, \`scimType\` where
there is one below, and \`detail\`. Where more is known, \`detail\` names the attribute, the operation and
what can be changed instead of the sentence below.

${toTable(['Code', 'Status', 'scimType', 'Defined in', 'Detail'], rows)}
`,
  };
}
