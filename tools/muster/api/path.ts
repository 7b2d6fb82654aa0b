import { CommandError } from '../command-error.ts';

/** Builds a path of the API from a template and escapes its values; throws a CommandError for a value that is no id. */
export function at(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((path, part, index) => path + segment(values[index - 1] ?? '') + part);
}

/** Escapes a value, but refuses `.` and `..`, which would lead elsewhere even when escaped. */
function segment(value: string): string {
  if (value !== '' && value !== '.' && value !== '..') return encodeURIComponent(value);
  throw new CommandError('usage', `"${value}" is not an id.`);
}
