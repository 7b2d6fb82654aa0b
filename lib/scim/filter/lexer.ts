import { limits } from '../../base/limits.ts';
import { ScimError } from '../errors.ts';

/** A word, string or bracket of a filter, or its end. */
export interface Token {
  readonly kind: 'word' | 'string' | '(' | ')' | '[' | ']' | 'end';
  /** The text of a word, or the value of a JSON string. */
  readonly text: string;
  /** Position of its first character, counted from 0. */
  readonly start: number;
  /** Position after its last character. */
  readonly end: number;
}

/**
 * The kind of text that is parsed. Errors in a filter are `invalidFilter`; errors in the path of a PATCH operation are
 * `invalidPath`.
 */
export type Subject = 'filter' | 'path';
const errorCodes = { filter: 'invalidFilter', path: 'invalidPath' } as const;

/** Splits a filter into words, JSON strings and brackets, one at a time and in a single pass. */
export class Lexer {
  readonly #subject: Subject;
  readonly #text: string;
  #position = 0;

  constructor(subject: Subject, text: string) {
    this.#subject = subject;
    this.#text = text;
    const max = limits.filterBytesMax;
    // A string has at least as many bytes as code units, so the bytes of most long texts need not be counted.
    if (text.length > max || Buffer.byteLength(text) > max) {
      throw this.refusal(`it is longer than ${max} bytes: shorten it`);
    }
  }

  next(): Token {
    while (isSpace(this.#text[this.#position])) this.#position++;
    const token = this.#token(this.#position);
    this.#position = token.end;
    return token;
  }

  /** Makes the error for a text that does not have, at a position, what the grammar expects there. */
  unexpected(expected: string, position: number): ScimError {
    return this.refusal(`expected ${expected} at position ${position}`);
  }

  refusal(reason: string): ScimError {
    return new ScimError(errorCodes[this.#subject], { detail: `Cannot parse ${this.#subject}: ${reason}` });
  }

  #token(start: number): Token {
    const character = this.#text[start];
    if (character === undefined) return { kind: 'end', text: '', start, end: start };
    if (isBracket(character)) return { kind: character, text: character, start, end: start + 1 };
    return character === '"' ? this.#string(start) : this.#word(start);
  }

  #word(start: number): Token {
    let end = start + 1;
    while (!endsWord(this.#text[end])) end++;
    if (this.#text[end] === '"') throw this.unexpected('a space', end);
    return { kind: 'word', text: this.#text.slice(start, end), start, end };
  }

  #string(start: number): Token {
    const end = this.#endOfString(start);
    const next = this.#text[end];
    if (!endsWord(next) || next === '"') throw this.unexpected('a space', end);
    return { kind: 'string', text: this.#decode(start, end), start, end };
  }

  #endOfString(start: number): number {
    let position = start + 1;
    while (this.#text[position] !== '"') {
      position += this.#text[position] === '\\' ? 2 : 1;
      if (position >= this.#text.length) throw this.unexpected('a closing quotation mark', this.#text.length);
    }
    return position + 1;
  }

  #decode(start: number, end: number): string {
    try {
      return String(JSON.parse(this.#text.slice(start, end)));
    } catch {
      throw this.unexpected('a JSON string with valid escapes', start);
    }
  }
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

function isBracket(character: string): character is '(' | ')' | '[' | ']' {
  return character === '(' || character === ')' || character === '[' || character === ']';
}

function endsWord(character: string | undefined): boolean {
  return character === undefined || character === '"' || isSpace(character) || isBracket(character);
}
