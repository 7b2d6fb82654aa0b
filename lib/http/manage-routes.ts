import type { ManageContext, ManageRow, Perform } from '../manage/row.ts';
import { manageRows } from '../manage/rows.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Operation } from './operation.ts';
import type { Route } from './routes.ts';

const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

function manage(row: ManageRow): Operation<ManageContext, Perform, JsonObject | undefined> {
  return {
    scope: 'manage',
    readsBody: row.body !== undefined,
    parse(request) {
      // The host also accepts its function key in this parameter.
      request.query.delete('code');
      return row.prepare(request);
    },
    run: (context, perform) => perform(context),
    respond: (body) => ({ status: row.status, headers, body }),
  };
}

/** The rows of the management API. */
export const manageRoutes: readonly Route<ManageContext>[] = manageRows.map((row) => ({
  name: row.name,
  methods: [row.method],
  template: row.template,
  operation: manage(row),
}));
