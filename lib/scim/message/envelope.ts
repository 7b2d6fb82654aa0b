import { ScimError } from '../errors.ts';
import { isJsonArray, type JsonObject, type JsonValue } from '../json.ts';

/**
 * Gives the member of a message by its name in any case (RFC 7643 2.1); two of them would leave open which one
 * counts. Throws `invalidSyntax`.
 */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  const wanted = name.toLowerCase();
  const names = Object.keys(object).filter((key) => key.toLowerCase() === wanted);
  if (names.length > 1) throw syntaxError(`"${name}" must appear only once`);
  const [found] = names;
  return found === undefined ? undefined : object[found];
}

/** Requires the URN of the message in its `schemas` (RFC 7644 3.1); throws `invalidSyntax`. */
export function requireSchema(message: JsonObject, { urn, name }: { urn: string; name: string }): void {
  const schemas = member(message, 'schemas');
  const wanted = urn.toLowerCase();
  const present =
    isJsonArray(schemas) && schemas.some((one) => typeof one === 'string' && one.toLowerCase() === wanted);
  if (!present) throw syntaxError(`The attribute "schemas" of ${name} must hold ${urn}`);
}

/** The refusal of a message that does not have its structure (RFC 7644 3.12). */
export function syntaxError(detail: string): ScimError {
  return new ScimError('invalidSyntax', { detail });
}
