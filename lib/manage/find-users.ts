import type { AccountScope } from '../accounts/scope.ts';
import { limits } from '../base/limits.ts';
import { querySources } from '../directory/query/query-sources.ts';
import { documentPath, type ResourceDocument } from '../directory/resource-document.ts';
import { readResource } from '../directory/resources.ts';
import { bindAmong } from '../scim/filter/bind.ts';
import { parseFilter } from '../scim/filter/parser.ts';

/** The attributes by which people know a user. Each is indexed. */
const names = ['userName', 'externalId', 'emails.value'] as const;

/**
 * Finds the users whose id, userName, externalId or e-mail address is a text, each once. Case counts only in ids and
 * externalIds. Finds at most `limits.pageSizeDefault` for each attribute.
 */
export async function findUsers(
  { directory, userType }: AccountScope,
  text: string,
): Promise<readonly ResourceDocument[]> {
  const pages = await Promise.all(
    names.map(async (name) => {
      const filter = parseFilter(`${name} eq ${JSON.stringify(text)}`);
      const where = bindAmong(filter, userType, { types: [userType], locate: documentPath });
      if (typeof where === 'boolean') return [];
      const sources = [{ type: userType, where }];
      const query = { sources, descending: false, count: limits.pageSizeDefault, startIndex: 1 };
      return (await querySources(directory, query)).found.map(({ document }) => document);
    }),
  );
  const byId = await readResource(directory, userType, text);
  const found = [...(byId ? [byId.document] : []), ...pages.flat()];
  return [...new Map(found.map((document) => [document.id, document])).values()];
}
