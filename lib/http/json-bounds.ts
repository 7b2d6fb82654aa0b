import { limits } from '../base/limits.ts';
import { invalidSyntax, type ScimError } from '../scim/errors.ts';

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openArray = 0x5b;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/**
 * Checks the depth of a JSON text, the members of its objects and the number of its values in one pass, before it is
 * parsed. A parser would take a second for megabytes of brackets. It does not check the syntax.
 *
 * Returns the numbers that JavaScript writes in another way than the text, such as 1.50 or one of twenty digits, by
 * their values. Throws ScimError `invalidSyntax`, which says what to change.
 */
export function requireJsonBounds(text: string): ReadonlyMap<number, string> {
  const rewritten = new Map<number, string>();
  const commas = new Uint32Array(limits.jsonDepthMax + 1);
  const isObject: boolean[] = Array(limits.jsonDepthMax + 1).fill(false);
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        break;
      case openArray:
      case openObject:
        depth += 1;
        if (depth > limits.jsonDepthMax) throw tooDeep();
        commas[depth] = 0;
        isObject[depth] = text.charCodeAt(at) === openObject;
        values += 1;
        break;
      case closeArray:
      case closeObject:
        depth = Math.max(0, depth - 1);
        break;
      case comma:
        values += 1;
        commas[depth] = (commas[depth] ?? 0) + 1;
        if (isObject[depth] && (commas[depth] ?? 0) >= limits.jsonMembersMax) throw tooManyMembers();
        if (values > limits.jsonValuesMax) throw tooManyValues();
        break;
      default:
        if (isNumeric(text.charCodeAt(at))) at = readNumber(text, at, rewritten);
    }
  }
  return rewritten;
}

function isNumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d;
}

/** Collects a number that would be written in another way; returns the position of its last character. */
function readNumber(text: string, start: number, rewritten: Map<number, string>): number {
  let end = start + 1;
  let isPlain = true;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code >= 0x30 && code <= 0x39) continue;
    if (!'.eE+-'.includes(text.charAt(end))) break;
    isPlain = false;
  }
  // Whole numbers of up to fifteen digits are exact.
  if (isPlain && end - start <= 15 && text.charCodeAt(start) !== 0x2d) return end - 1;
  const written = text.slice(start, end);
  const value = Number(written);
  if (String(value) !== written) rewritten.set(value, written);
  return end - 1;
}

/** The position of the quote that ends a string, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

function tooDeep(): ScimError {
  return invalidSyntax(`The request body must not be nested deeper than ${limits.jsonDepthMax} levels`);
}

function tooManyMembers(): ScimError {
  return invalidSyntax(
    `An object in the request body must not have more than ${limits.jsonMembersMax} members`,
  );
}

function tooManyValues(): ScimError {
  return invalidSyntax(
    `The request body must not have more than ${limits.jsonValuesMax} values: send several smaller requests`,
  );
}
