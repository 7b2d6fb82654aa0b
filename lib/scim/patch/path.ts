import type { PatchPath } from '../filter/ast.ts';
import { Parser } from '../filter/parser.ts';

/**
 * Parses the path of a PATCH operation (RFC 7644 3.5.2): `attrPath / valuePath [subAttr]`; positions in
 * errors count from 0.
 *
 * @throws ScimError `invalidPath` naming the position and what was expected there.
 */
export function parsePatchPath(text: string): PatchPath {
  return new Parser('path', text).wholePath();
}
