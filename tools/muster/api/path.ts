import { CommandError } from '../command-error.ts';

/** Builds a path of the API from a template whose values are escaped; throws a CommandError for what names nothing. */
export function at(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((path, part, index) => path + segment(values[index - 1] ?? '') + part);
}

/** `.` and `..` would lead elsewhere, escaped or not. */
function segment(value: string): string {
  if (value !== '' && value !== '.' && value !== '..') return encodeURIComponent(value);
  throw new CommandError('usage', `"${value}" is no id.`);
}
