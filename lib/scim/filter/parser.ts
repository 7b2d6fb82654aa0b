import { limits } from '../../base/limits.ts';
import type { AttrPath, CompareOp, CompValue, Filter, PatchPath } from './ast.ts';
import { Lexer, type Subject, type Token } from './lexer.ts';

/** Rules beside the grammar of RFC 7644 3.4.2.2. */
interface ParseOptions {
  /** Accepts a word without quotation marks after `eq`, which some clients send. */
  readonly bareWords?: boolean;
  /** Keeps the text of numbers beside their values. */
  readonly asWritten?: boolean;
}

/**
 * Parses a filter (RFC 7644 3.4.2.2) within the bounds of `limits`. Positions in errors count from 0.
 *
 * @throws ScimError `invalidFilter`, which gives the position of the fault and the text that was expected there.
 */
export function parseFilter(text: string, options: ParseOptions = {}): Filter {
  return new Parser('filter', text, options).wholeFilter();
}

/**
 * Parses the path of a PATCH operation (RFC 7644 3.5.2): `attrPath / valuePath [subAttr]`. Positions in
 * errors count from 0.
 *
 * @throws ScimError `invalidPath`, which gives the position of the fault and the text that was expected there.
 */
export function parsePatchPath(text: string, options: Pick<ParseOptions, 'asWritten'> = {}): PatchPath {
  return new Parser('path', text, options).wholePath();
}

const attributeName = /^[A-Za-z$][A-Za-z0-9$_-]*$/;
const uri = /^[A-Za-z][A-Za-z0-9:/?#@!$&'*+,;=._~%-]*$/;
const number = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const wholeNumber = /^-?[0-9]+$/;

/**
 * Parses an attribute path (RFC 7644 3.10), such as `urn:…:2.0:User:manager.displayName`; `undefined` if it is
 * malformed.
 */
export function parseAttrPath(text: string): AttrPath | undefined {
  const path = splitAttrPath(text);
  const isWellFormed =
    attributeName.test(path.name) &&
    (path.sub === undefined || attributeName.test(path.sub)) &&
    (path.urn === undefined ? !text.startsWith(':') : uri.test(path.urn));
  return isWellFormed ? path : undefined;
}

/** Splits a text into the parts of an attribute path (RFC 7644 3.10), without checking their characters. */
export function splitAttrPath(text: string): AttrPath {
  const colon = text.lastIndexOf(':');
  const dot = text.indexOf('.', colon + 1);
  return {
    urn: colon > 0 ? text.slice(0, colon) : undefined,
    name: text.slice(colon + 1, dot < 0 ? undefined : dot),
    sub: dot < 0 ? undefined : text.slice(dot + 1),
  };
}

const compareOps: ReadonlySet<string> = new Set<CompareOp>([
  'eq',
  'ne',
  'co',
  'sw',
  'ew',
  'gt',
  'ge',
  'lt',
  'le',
]);
const literals: ReadonlyMap<string, CompValue> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** A quotation mark that the grammar does not know, as a character, an entity of HTML or encoded once too often. */
const foreignQuote = `['\`´‘-‟‹›«»′-‷❛-❞〝-〟「-』＂＇]|&(?:quot|apos|#0*3[49]|#x2[27]);|%2[27]`;
/** A word in such quotation marks; without them it would be compared with the marks. */
const foreignQuotes = new RegExp(`^(?:${foreignQuote})|(?:${foreignQuote})$`, 'iu');

/**
 * A recursive-descent parser for filter.abnf. Each method has the name of its rule and starts at `#token`.
 */
class Parser {
  readonly #lexer: Lexer;
  readonly #bareWords: boolean;
  readonly #asWritten: boolean;
  #token: Token;
  #nodes = 0;
  #depth = 0;
  #inBrackets = false;

  constructor(subject: Subject, text: string, { bareWords = false, asWritten = false }: ParseOptions = {}) {
    this.#lexer = new Lexer(subject, text);
    this.#bareWords = bareWords;
    this.#asWritten = asWritten;
    this.#token = this.#lexer.next();
  }

  wholeFilter(): Filter {
    const filter = this.#filter();
    this.#take('end', 'and, or, or the end of the filter');
    return filter;
  }

  wholePath(): PatchPath {
    const path = this.#attrPath();
    if (this.#token.kind !== '[') {
      this.#take('end', 'the end of the path or a filter in brackets');
      return { path };
    }
    const filter = this.#brackets();
    const sub = this.#subAttr();
    this.#take('end', 'the end of the path or a sub-attribute');
    return { path, filter, sub };
  }

  #filter(): Filter {
    return this.#operands('or', () => this.#operands('and', () => this.#term()));
  }

  #operands(operator: 'and' | 'or', operand: () => Filter): Filter {
    const filters = [operand()];
    while (this.#isKeyword(operator)) {
      this.#advance();
      this.#countNode();
      filters.push(operand());
    }
    return combine(operator, filters);
  }

  #term(): Filter {
    if (this.#token.kind === '(') return this.#group();
    if (this.#isKeyword('not')) return this.#notOrAttribute();
    return this.#attribute(this.#attrPath());
  }

  /** Parses `not (…)`, or a term with an attribute named `not`; only the parenthesis distinguishes them. */
  #notOrAttribute(): Filter {
    const path = this.#attrPath();
    if (this.#token.kind !== '(') return this.#attribute(path);
    this.#countNode();
    return { kind: 'not', filter: this.#group() };
  }

  #attribute(path: AttrPath): Filter {
    return this.#token.kind === '[' && !this.#inBrackets ? this.#valuePath(path) : this.#attrExp(path);
  }

  #group(): Filter {
    return this.#enclosed(')', 'and, or, or a closing parenthesis');
  }

  #valuePath(path: AttrPath): Filter {
    this.#countNode();
    const filter = this.#brackets();
    const sub = this.#subAttr();
    if (sub === undefined) return { kind: 'valuePath', path, filter };
    return { kind: 'valuePath', path, filter: combine('and', [filter, this.#attrExp({ name: sub })]) };
  }

  #brackets(): Filter {
    this.#inBrackets = true;
    const filter = this.#enclosed(']', 'and, or, or a closing bracket');
    this.#inBrackets = false;
    return filter;
  }

  #enclosed(close: ')' | ']', expected: string): Filter {
    this.#depth++;
    if (this.#depth > limits.filterDepthMax) {
      const bound = `it has more than ${limits.filterDepthMax} nested brackets`;
      throw this.#lexer.refusal(`${bound} at position ${this.#token.start}`);
    }
    this.#advance();
    const filter = this.#filter();
    this.#take(close, expected);
    this.#depth--;
    return filter;
  }

  /** Parses the sub-attribute directly after a closing bracket; `undefined` if there is none. */
  #subAttr(): string | undefined {
    const { kind, text, start } = this.#token;
    if (kind !== 'word' || !text.startsWith('.')) return undefined;
    const name = text.slice(1);
    if (!attributeName.test(name)) throw this.#lexer.unexpected('a sub-attribute', start + 1);
    this.#advance();
    return name;
  }

  #attrExp(path: AttrPath): Filter {
    const operator = this.#token;
    const op = operator.kind === 'word' ? operator.text.toLowerCase() : '';
    if (op !== 'pr' && !isCompareOp(op)) {
      throw this.#lexer.unexpected('eq, ne, co, sw, ew, gt, ge, lt, le or pr', operator.start);
    }
    this.#advance();
    this.#countNode();
    if (op === 'pr') return { kind: 'present', path };
    const { kind, text } = this.#token;
    const value = this.#compValue(op);
    const isRewritten =
      this.#asWritten && kind === 'word' && typeof value === 'number' && String(value) !== text;
    return { kind: 'compare', path, op, value, ...(isRewritten && { written: text }) };
  }

  #compValue(op: CompareOp): CompValue {
    const { kind, text, start } = this.#token;
    const value = kind === 'string' ? text : kind === 'word' ? literal(text) : undefined;
    if (value !== undefined) {
      this.#advance();
      return value;
    }
    if (kind === 'word' && this.#bareWords && op === 'eq') {
      if (foreignQuotes.test(text)) {
        throw this.#lexer.unexpected('a value in straight double quotation marks', start);
      }
      this.#advance();
      return text;
    }
    throw this.#lexer.unexpected(
      kind === 'word' ? 'a value, with text in quotation marks,' : 'a value',
      start,
    );
  }

  #attrPath(): AttrPath {
    const { text, start } = this.#token;
    const path = this.#token.kind === 'word' ? parseAttrPath(text) : undefined;
    if (!path) throw this.#lexer.unexpected('an attribute name', start);
    this.#advance();
    return path;
  }

  #countNode(): void {
    this.#nodes++;
    if (this.#nodes > limits.filterNodesMax) {
      throw this.#lexer.refusal(
        `it has more than ${limits.filterNodesMax} comparisons and operators: use fewer`,
      );
    }
  }

  #isKeyword(keyword: 'and' | 'or' | 'not'): boolean {
    return this.#token.kind === 'word' && this.#token.text.toLowerCase() === keyword;
  }

  #take(kind: Token['kind'], expected: string): void {
    if (this.#token.kind !== kind) throw this.#lexer.unexpected(expected, this.#token.start);
    this.#advance();
  }

  #advance(): void {
    this.#token = this.#lexer.next();
  }
}

/** Joins filters, and replaces those of the same kind by their terms, so that no `and` contains an `and`. */
function combine(kind: 'and' | 'or', filters: readonly Filter[]): Filter {
  const terms = filters.flatMap((filter) =>
    'filters' in filter && filter.kind === kind ? filter.filters : [filter],
  );
  const [only] = terms;
  return terms.length === 1 && only ? only : { kind, filters: terms };
}

function isCompareOp(op: string): op is CompareOp {
  return compareOps.has(op);
}

/** Reads a word as a JSON value; `undefined` if it is not one, or is a number that would lose digits. */
function literal(word: string): CompValue | undefined {
  if (!number.test(word)) return literals.get(word);
  // JSON writes 0 without a sign: this covers "-0" and numbers that are too small for a double.
  const value = Number(word) || 0;
  const losesDigits = wholeNumber.test(word) && value !== 0 && String(value) !== word;
  return Number.isFinite(value) && !losesDigits ? value : undefined;
}
