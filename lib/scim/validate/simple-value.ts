import { limits } from '../../base/limits.ts';
import type { JsonValue } from '../json.ts';
import type { Attribute, AttributeType } from '../schema/attribute.ts';

type SimpleType = Exclude<AttributeType, 'complex'>;

interface SimpleForm {
  /** Completes "must be …" for the client. */
  readonly expected: string;
  readonly holds: (value: JsonValue) => boolean;
}

/** The JSON form of each data type that is not complex (RFC 7643 2.3). */
const simpleForms: Readonly<Record<SimpleType, SimpleForm>> = {
  string: { expected: 'a string of Unicode characters', holds: isText },
  reference: { expected: 'a string with a valid URI', holds: isUri },
  boolean: { expected: 'true or false', holds: (value) => typeof value === 'boolean' },
  decimal: { expected: 'a number', holds: (value) => typeof value === 'number' && Number.isFinite(value) },
  integer: { expected: 'a whole number', holds: (value) => Number.isSafeInteger(value) },
  dateTime: { expected: 'a date and time such as "2026-01-31T08:00:00Z"', holds: isDateTime },
  binary: { expected: 'a string in base64', holds: isBase64 },
};

/** Returns the form that a value must have, such as "a whole number"; `undefined` if it has it. */
export function unmetForm(value: JsonValue, { type = 'string' }: Attribute): string | undefined {
  if (type === 'complex') return undefined;
  const form = simpleForms[type];
  if (!form.holds(value)) return form.expected;
  const isLong = type === 'string' && String(value).length > limits.textCharactersMax;
  return isLong ? `a string of at most ${limits.textCharactersMax} characters` : undefined;
}

function isText(value: JsonValue): boolean {
  // A lone surrogate cannot be encoded in UTF-8, so it would not be returned as it was sent.
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value);
}

/** The characters of URIs and of IRIs, which can contain letters outside ASCII (RFC 3987 3.1). */
const uriCharacters = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=\u00a0-\u{10fffd}]|%[\dA-Fa-f]{2})*$/u;

/** Tests if a value has only characters of an absolute or relative URI (RFC 7643 2.3.7). */
function isUri(value: JsonValue): boolean {
  return typeof value === 'string' && uriCharacters.test(value) && isText(value);
}

const date = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const time = String.raw`(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,12})?|24:00:00(?:\.0{1,12})?)`;
const zone = String.raw`(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?`;
const xsdDateTime = new RegExp(`^${date}T${time}${zone}$`);

/** Tests if a value is an xsd:dateTime with a year of four digits (RFC 7643 2.3.5). */
function isDateTime(value: JsonValue): boolean {
  const parts = typeof value === 'string' ? xsdDateTime.exec(value) : null;
  if (!parts) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Tests if a value is base64 or base64url, with or without padding (RFC 7643 2.3.6). */
function isBase64(value: JsonValue): boolean {
  if (typeof value !== 'string') return false;
  const digits = /^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)(={0,2})$/.exec(value);
  if (!digits) return false;
  return digits[1] === '' ? value.length % 4 !== 1 : value.length % 4 === 0;
}
