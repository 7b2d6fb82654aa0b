import type * as z from 'zod';
import { describeIssue, plainWording } from '../base/plain-wording.ts';
import { invalidSyntax, invalidValue } from '../scim/errors.ts';
import { isJsonObject } from '../scim/json.ts';

/**
 * Reads the body or the query parameters of a management request; throws ScimError `invalidSyntax` or
 * `invalidValue`, which names the property or parameter.
 */
export function parseInput<S extends z.ZodType>(
  schema: S,
  input: unknown,
  what: 'Property' | 'Parameter' = 'Property',
): z.output<S> {
  if (!isJsonObject(input)) {
    throw invalidSyntax('The request body must be a JSON object');
  }
  const result = schema.safeParse(input, { error: plainWording });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidValue(issue ? describeIssue(issue, what) : 'The request is not valid');
}
