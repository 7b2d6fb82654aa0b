import type { ManageParts, ManageRow, Perform } from '../manage/row.ts';
import { manageRows } from '../manage/rows.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Operation } from './operation.ts';
import type { Route } from './routes.ts';

function manage({
  status,
  body,
  prepare,
}: ManageRow): Operation<ManageParts, Perform, JsonObject | undefined> {
  return {
    scope: 'manage',
    readsBody: body !== undefined,
    parse({ params, query, body: content }) {
      // The host takes its function key there too.
      query.delete('code');
      return prepare({ params, query, body: content });
    },
    run: (parts, perform) => perform(parts),
    respond: (answer) => ({
      status,
      headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
      ...(answer && { body: answer }),
    }),
  };
}

/** The rows of the management API. */
export const manageRoutes: readonly Route<ManageParts>[] = manageRows.map((row) => ({
  name: row.name,
  methods: [row.method],
  template: row.template,
  operation: manage(row),
}));
