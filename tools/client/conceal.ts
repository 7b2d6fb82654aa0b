import type { Deviation } from './recorder.ts';

/** Strings of the protocol, which no person has: URNs, statuses, media types and the kinds of errors. */
const protocolWords = new RegExp(
  String.raw`^(urn:ietf:params:scim:[\w:.]+|\d{3}|[a-z]+/[a-z.+-]+|invalid(Filter|Syntax|Path|Value|Vers)|tooMany|` +
    'uniqueness|mutability|noTarget|sensitive|User|Group)$',
);

/** Removes from a deviation what may be a person's: ids, the values of filters, bodies, and texts that are not JSON. */
export function conceal({ kind, request, expected, got }: Deviation): Deviation {
  return { kind, request: requestLine(request), expected: blank(expected), got: answerOf(got) };
}

/** Returns method and path of a request, without its body and without the values in it. */
function requestLine(request: string): string {
  const [line = ''] = blank(request).split(/ (?=[[{])/);
  return line.replace(/\b(eq|ne|co|sw|ew|gt|ge|lt|le) (?!"|true\b|false\b|null\b)[^\s&)]+/g, '$1 …');
}

/** Keeps the status of an answer, and the kind of error if it has one. */
function answerOf(got: string): string {
  const [, status, body = ''] = /^(\d{3})(?: (.*))?$/s.exec(got) ?? [];
  if (status === undefined) return blank(got);
  const [, scimType] = /"scimType"\s*:\s*"(\w+)"/.exec(body) ?? [];
  return scimType !== undefined && protocolWords.test(scimType) ? `${status} ${scimType}` : status;
}

/** Replaces the strings in a text by "…". Names of attributes and words of the protocol stay. */
function blank(text: string): string {
  return text
    .replace(/"((?:[^"\\]|\\.)*)(?:"(\s*:)?|$)/g, (whole, ...[content, colon]: string[]) => {
      const stays = colon === undefined ? protocolWords : /^[\w.:$-]+$/;
      return stays.test(content ?? '') ? whole : `"…"${colon ?? ''}`;
    })
    .replace(/\/(Users|Groups)\/[^/?\s]+/g, '/$1/{id}')
    .replace(/ \(such as [^)]*\)/g, '');
}
