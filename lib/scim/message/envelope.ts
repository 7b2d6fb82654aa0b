import { invalidSyntax } from '../errors.ts';
import { isJsonArray, type JsonObject, type JsonValue } from '../json.ts';

/**
 * Returns the member of a message with this name, in any case (RFC 7643 2.1). Throws ScimError `invalidSyntax` if there
 * are several.
 */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  const wanted = name.toLowerCase();
  const names = Object.keys(object).filter((key) => key.toLowerCase() === wanted);
  if (names.length > 1) throw invalidSyntax(`"${name}" must appear only once, ignoring case`);
  const [found] = names;
  return found === undefined ? undefined : object[found];
}

/** Throws ScimError `invalidSyntax` if `schemas` lacks the URN of the message (RFC 7644 3.1). */
export function requireSchema(message: JsonObject, { urn, name }: { urn: string; name: string }): void {
  const schemas = member(message, 'schemas');
  const wanted = urn.toLowerCase();
  const present =
    isJsonArray(schemas) && schemas.some((one) => typeof one === 'string' && one.toLowerCase() === wanted);
  if (!present) throw invalidSyntax(`"schemas" of ${name} must be an array that contains "${urn}"`);
}
