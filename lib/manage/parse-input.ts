import type * as z from 'zod';
import { ScimError } from '../scim/errors.ts';
import { isJsonObject } from '../scim/json.ts';

/** Reads a management body; rejects with ScimError `invalidSyntax` or `invalidValue`, naming the property. */
export function parseInput<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  if (!isJsonObject(body)) {
    throw new ScimError('invalidSyntax', { detail: 'The request body must be a JSON object' });
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ScimError('invalidValue', { detail: describe(issue) });
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  if (!issue) return 'The request body is not valid';
  const path = issue.path.join('.');
  return path === '' ? issue.message : `Property ${path} is not valid: ${issue.message}`;
}
