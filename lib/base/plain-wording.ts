import type * as z from 'zod';
import { nearest } from './nearest.ts';

/** Types of JSON values, by the names that zod has for them. */
const types: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** Units of lengths, by the types that have one. */
const units: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

/** Formats of texts, by the names that zod has for them. */
const formats: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  url: 'an address such as https://example.com',
  datetime: 'a time such as 2026-01-31T12:00:00Z',
};

const missing = 'is missing: add it';

/** Writes an issue as a sentence that begins with its path, after a word such as `Property` for it. */
export function describeIssue({ path, message }: z.core.$ZodIssue, word?: string): string {
  if (path.length === 0) return message;
  const name = word === undefined ? path.join('.') : `${word} ${path.join('.')}`;
  return message === missing ? `${name} ${missing}` : `${name} is not valid: ${message}`;
}

/** Words an issue of zod for operators, as `describeIssue` continues it. A schema's own message takes precedence. */
export const plainWording: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined) return missing;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${types[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}${meant(issue)}`;
    case 'too_small':
      return tooSmall(issue.minimum, units[issue.origin]);
    case 'too_big':
      return units[issue.origin] === undefined
        ? `must be ${issue.maximum} or less`
        : `must have at most ${issue.maximum} ${units[issue.origin]}`;
    case 'invalid_format':
      return formats[issue.format] && `must be ${formats[issue.format]}`;
    case 'unrecognized_keys':
      return `"${issue.keys[0]?.slice(0, 64)}" is not known here: correct its name or remove it`;
    case 'invalid_key':
      return `the name itself ${issue.issues[0]?.message}`;
    default:
      return undefined;
  }
};

/** Names the allowed word that is nearest to what was sent. */
function meant({ input, values }: { input?: unknown; values: readonly unknown[] }): string {
  const words = values.filter((value) => typeof value === 'string');
  const word = typeof input === 'string' ? nearest(input.slice(0, 64), words) : undefined;
  return word === undefined ? '' : ` (did you mean "${word}"?)`;
}

function tooSmall(minimum: number | bigint, unit: string | undefined): string {
  if (unit === undefined) return `must be ${minimum} or more`;
  return minimum === 1 ? 'must not be empty' : `must have at least ${minimum} ${unit}`;
}
