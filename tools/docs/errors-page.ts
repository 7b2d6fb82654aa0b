import * as z from 'zod';
import { oauthErrors } from '../../lib/auth/oauth-error.ts';
import { describeIssue, plainWording } from '../../lib/base/plain-wording.ts';
import { errorCatalogue } from '../../lib/scim/errors.ts';
import { type ErrorSentence, errorSentences, isOAuth } from './error-sentences.ts';
import { type Page, toTable } from './page.ts';

interface Row {
  readonly status: number;
  readonly scimType?: string;
  readonly section: string;
  readonly detail: string;
}

/** Lists sentences by status, each with the person who can help. */
function sentenceRows(sentences: readonly ErrorSentence[]): readonly (readonly string[])[] {
  const rows = sentences.map(({ code, detail, path }) => {
    const { status, word } = describe(code);
    const helper = isOAuth(code) ? provider : helperFor(status, path);
    return [String(status), word ? `\`${word}\`` : '', escaped(detail), helper];
  });
  return rows.sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

/** The status of a code, and the word that an answer has for it. */
function describe(code: ErrorSentence['code']): { readonly status: number; readonly word?: string } {
  if (isOAuth(code)) return { status: oauthErrors[code], word: code };
  const { status, scimType }: Row = errorCatalogue[code];
  return { status, word: scimType };
}

/** The refusal of one example of each kind of wrong value, as the management API words it. */
function formRows(): readonly (readonly string[])[] {
  const wrong: readonly (readonly [z.ZodType, unknown])[] = [
    [z.string(), undefined],
    [z.string(), 5],
    [z.number(), 'five'],
    [z.int(), 1.5],
    [z.boolean(), 'yes'],
    [z.array(z.string()), 'one'],
    [z.enum(['warning', 'information']), 'warn'],
    [z.int().min(5), 1],
    [z.int().max(5), 9],
    [z.string().min(1), ''],
    [z.string().max(5), 'too long'],
    [z.array(z.string()).max(1), ['a', 'b']],
    [z.email(), 'ann'],
    [z.url(), 'example'],
    [z.strictObject({}), { nmae: 'x' }],
  ];
  return wrong.map(([schema, value]) => {
    const { error } = z.strictObject({ name: schema }).safeParse({ name: value }, { error: plainWording });
    const [issue] = error?.issues ?? [];
    return [`\`${JSON.stringify(value) ?? 'nothing'}\``, issue ? describeIssue(issue, 'Property') : ''];
  });
}

/** Keeps the angle brackets of placeholders from becoming HTML. */
const escaped = (detail: string) => detail.replaceAll('<', '\\<').replaceAll('…', '...');

const provider = 'the provider who gave you the Tenant URL';

/** Names the person who can help: the operators of the deployment, the provider, or the client's administrator. */
function helperFor(status: number, path: string): string {
  const room = path.split('/')[1] ?? '';
  if (status >= 500 || status === 429) return 'the operators of the deployment; first try again';
  const isOperators = ['manage', 'accounts', 'tenants', 'keys'].includes(room);
  if (isOperators || path.startsWith('lib/feed/webhooks/')) return 'the operators of the deployment';
  if (status === 401 || status === 403 || path === 'lib/app/apis.ts') {
    return provider;
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
  const sentences = errorSentences();
  const ofTokens = sentences.filter(({ code }) => isOAuth(code));
  const others = sentences.filter(({ code }) => !isOAuth(code));
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

${toTable(['Status', 'scimType', 'Detail', 'Whom to ask'], sentenceRows(others))}

## Wrong values in the management API

A refused property or parameter is \`invalidValue\` with status 400. The detail names it with its path, such as
\`policy.keys.daysMax\`. The table has an example of each kind.

${toTable(['Value', 'Detail'], formRows())}

## The token endpoint

The body has \`error\` and \`error_description\` (RFC 6749 5.2).

${toTable(['Status', 'error', 'error_description', 'Whom to ask'], sentenceRows(ofTokens))}
`,
  };
}
