import type { JsonObject } from '../../scim/json.ts';
import type { Context } from '../context.ts';

/** What a user must be like to be written. */
export interface Rule {
  /** Named in the audit of what it refuses. */
  readonly id: string;
  /** Throws ScimError naming the attribute and what to change. */
  check(user: JsonObject, context: Pick<Context, 'tenant' | 'types'>): void;
}
