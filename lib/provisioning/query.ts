import { queryResources as queryDirectory } from '../directory/query-resources.ts';
import type { Filter } from '../scim/filter/ast.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Paging } from '../scim/message/list-response.ts';
import type { Context } from './context.ts';
import { represent, type View } from './represent.ts';

export interface QueryCommand extends View, Paging {
  readonly filter?: Filter;
}

export interface QueryOutcome {
  readonly resources: readonly JsonObject[];
  readonly total: number;
}

/** Queries the resources of a type (RFC 7644 3.4.2); throws ScimError `invalidFilter`. */
export async function queryResources(context: Context, command: QueryCommand): Promise<QueryOutcome> {
  const { documents, total } = await queryDirectory(context.directory, command);
  const representations = await represent(context, documents, command);
  return { resources: representations.map(({ resource }) => resource), total };
}
