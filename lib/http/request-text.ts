import type { JsonValue } from '../scim/json.ts';
import { isJsonArray, isJsonObject } from '../scim/json.ts';
import type { Attribute } from '../scim/schema/attribute.ts';
import { resourceTypes } from '../scim/schema/resource-types.ts';
import type { Head } from './head.ts';

/** A request and its answer, as a developer reads about them. */
interface ToldRequest {
  readonly head: Head;
  /** Null if it was not read. */
  readonly body: JsonValue;
  readonly status: number;
  readonly milliseconds: number;
  /** The detail of the error; absent if the request succeeded. */
  readonly detail: string | undefined;
}

/**
 * Describes a request in one line, such as `POST /Users 400 3 ms userName is required`. Names of attributes and
 * endpoints and ids of ours stay. All other words that the client sent as values become `…`.
 */
export function describeRequest({ head, body, status, milliseconds, detail }: ToldRequest): string {
  const { endpointPath = '' } = head;
  const api = endpointPath.includes('scim') ? '' : endpointPath;
  const path = head.segments.map((segment) => (isShown(segment) ? segment : '…')).join('/');
  const told = detail === undefined ? '' : ` ${withoutValues(detail, head, body)}`;
  return `${head.method} ${api}/${path} ${status} ${milliseconds} ms${told}`.replace(/\s+/g, ' ');
}

const endpointWords =
  'users groups groupmembers schemas resourcetypes serviceproviderconfig bulk me .search tenants keys accounts teams ' +
  'members mappings mails status audit runs manage operate api app-keys openapi.json asyncapi.json docs events ' +
  'pending-members restore rotate v1 v2';
const operators =
  'eq ne co sw ew gt ge lt le pr and or not true false null add replace remove post put patch delete get';

function namesOf(attributes: readonly Attribute[]): readonly string[] {
  return attributes.flatMap(({ name, subAttributes = [] }) => [name, ...namesOf(subAttributes)]);
}

/** Words that are not values of a person, in small letters. */
const known: ReadonlySet<string> = new Set(
  [
    ...`${endpointWords} ${operators}`.split(' '),
    ...resourceTypes.flatMap(({ name, schema, extensions }) => [
      name,
      ...[schema, ...extensions.map((extension) => extension.schema)].flatMap(({ id, attributes }) => [
        id,
        ...namesOf(attributes),
      ]),
    ]),
  ].map((word) => word.toLowerCase()),
);

function isShown(word: string): boolean {
  return known.has(word.toLowerCase()) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(word);
}

const separators = /[\s"'()[\]{}<>,;:=/\\]+/;
const valuesMax = 5_000;
/** A detail never quotes more of a value than this. */
const charactersMax = 1_000;

/** Replaces the words of a detail that the client sent as values, and everything like an e-mail address. */
function withoutValues(detail: string, { segments, query }: Head, body: JsonValue): string {
  const texts = [...segments, ...filtersOf(query), ...valuesOf(body)];
  if (texts.length > valuesMax) return '(the request has too many values to show the reason without them)';
  const sent = texts.flatMap((text) => text.slice(0, charactersMax).toLowerCase().split(separators));
  return detail
    .split(/([\s"'()[\]{}<>,;:=/\\]+)/)
    .map((word) => {
      if (/\d{12}/.test(word) || (word.includes('@') && !word.endsWith('@example.com'))) return '…';
      const bare = word.toLowerCase().replace(/\.+$/, '');
      return bare !== '' && !isShown(bare) && sent.some((one) => quotes(bare, one)) ? '…' : word;
    })
    .join('');
}

/** Compares a word of a detail with one that was sent. A detail may cut a long text, or write a number as it came. */
function quotes(word: string, sent: string): boolean {
  if (word === sent || sent.replace(/\.+$/, '') === word) return true;
  if (word.length > 15 && sent.startsWith(word)) return true;
  return /^[-+\d.e]+$/.test(word) && sent !== '' && Number(word) === Number(sent);
}

/** The parameters that hold values, without the names of attributes, which stand before operators. */
function filtersOf(query: URLSearchParams): readonly string[] {
  const names = new Set(['attributes', 'excludedattributes', 'sortby', 'sortorder']);
  return [...query]
    .filter(([name]) => !names.has(name.toLowerCase()))
    .map(([, value]) => withoutNames(value));
}

const withoutNames = (filter: string) =>
  filter.replace(/[\w.:$-]{1,200}(?=\s+(?:eq|ne|co|sw|ew|gt|ge|lt|le|pr)\b)/gi, ' ');

/** The texts and numbers of a body; of the path of a PATCH operation, only what its filter compares with. */
function valuesOf(body: JsonValue, name = ''): readonly string[] {
  if (isJsonArray(body)) return body.flatMap((one) => valuesOf(one, name));
  if (isJsonObject(body)) return Object.entries(body).flatMap(([key, value]) => valuesOf(value, key));
  if (typeof body === 'number') return [String(body)];
  if (typeof body !== 'string') return [];
  if (name === 'path' && !body.startsWith('/'))
    return [withoutNames(body.slice(body.indexOf('[') + 1 || body.length))];
  return [body];
}
