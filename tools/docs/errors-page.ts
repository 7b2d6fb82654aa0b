import { errorCatalogue } from '../../lib/scim/errors.ts';
import { errorSentences } from './error-sentences.ts';
import { type Page, toTable } from './page.ts';

interface Row {
  readonly status: number;
  readonly scimType?: string;
  readonly section: string;
  readonly detail: string;
}

/** Lists all sentences by status, each with the person who can help. */
function sentenceRows(): readonly (readonly string[])[] {
  const rows = errorSentences().map((one) => {
    const { status, scimType } = errorCatalogue[one.code];
    return [
      String(status),
      scimType ? `\`${scimType}\`` : '',
      escaped(one.detail),
      helperFor(status, one.path),
    ];
  });
  return rows.sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

/** Keeps the angle brackets of placeholders from becoming HTML. */
const escaped = (detail: string) => detail.replaceAll('<', '\\<').replaceAll('…', '...');

/** Names the person who can help: the operators of the deployment, the provider, or the client's administrator. */
function helperFor(status: number, path: string): string {
  const room = path.split('/')[1] ?? '';
  if (status >= 500 || status === 429) return 'the operators of the deployment; first try again';
  if (['manage', 'accounts', 'tenants', 'keys'].includes(room)) return 'the operators of the deployment';
  if (status === 401 || status === 403 || path === 'lib/app/apis.ts') {
    return 'the provider who gave you the Tenant URL';
  }
  return 'the administrator of the identity provider, who maps attributes; then the provider';
}

/** Writes the page of errors from the catalogue and from the code that makes errors. */
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

\`npm run docs\` generates this page from the code that makes errors.

An error response has the body of RFC 7644 3.12: \`schemas\`, \`status\` as a string, \`scimType\` if the table names
one, and \`detail\`. If Muster knows more, \`detail\` names the attribute and the operation and says what to change.
Otherwise it is the sentence in the table.

${toTable(['Code', 'Status', 'scimType', 'Defined in', 'Detail'], rows)}

## All sentences

Names in angle brackets stand for values. The part after the colon says what to change. A sentence about one operation
of a PATCH or of a bulk request begins with its number. Sentences on policies begin with the setting, and those on
values name the attribute and the form that it must have.

${toTable(['Status', 'scimType', 'Detail', 'Whom to ask'], sentenceRows())}
`,
  };
}
