import { ScimError } from '../errors.ts';
import type { PatchPath } from '../filter/ast.ts';
import { parsePatchPath } from '../filter/parser.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { within } from './operation-error.ts';

/** How much of a key a detail repeats. */
const keyCharactersMax = 200;

/**
 * One key of a value without path, which is a path of its own: `name.givenName`, `urn:…:User:department`.
 */
export interface Assignment {
  readonly key: string;
  readonly path: PatchPath;
  readonly value: JsonValue;
}

/**
 * Reads the value of an operation without path: an object whose keys are paths (RFC 7644 3.5.2.1); below
 * an extension they are relative to its URN.
 */
export function parseAssignments(value: JsonValue | undefined, urn?: string): readonly Assignment[] {
  if (!isJsonObject(value)) {
    const what = urn === undefined ? 'The value of an operation without "path"' : `The value of "${urn}"`;
    throw new ScimError('invalidValue', { detail: `${what} must be an object of attributes` });
  }
  return Object.entries(value).map(([key, attributeValue]) => {
    const parsed = within(`"${key.slice(0, keyCharactersMax)}"`, () => parsePatchPath(key));
    const path = { ...parsed, path: { ...parsed.path, urn: parsed.path.urn ?? urn } };
    return { key, path, value: attributeValue };
  });
}
