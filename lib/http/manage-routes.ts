import type { ManageContext, ManageRow, Perform } from '../manage/row.ts';
import { manageRows } from '../manage/rows.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Operation, ScimResponse } from './operation.ts';
import type { Route } from './routes.ts';

const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

function manage(row: ManageRow): Operation<ManageContext, Perform, JsonObject | undefined> {
  return {
    scope: scopeOf(row),
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

type AppAccess = NonNullable<ManageRow['appKeys']>;
type ManageScope = 'operator' | AppAccess | `${AppAccess}:all`;

/** The scope that a caller needs for an operation. */
function scopeOf({ appKeys, template }: ManageRow): ManageScope {
  if (appKeys === undefined) return 'operator';
  return template.startsWith('tenants/{tenant}/') ? appKeys : `${appKeys}:all`;
}

/** The scopes of operators, who may use every operation. */
export const operatorScopes: readonly ManageScope[] = ['operator', 'read', 'write', 'read:all', 'write:all'];

/** The scopes of an app key. One of a single tenant has none of the operations for all tenants. */
export function scopesOfAppKey(access: AppAccess, tenantId: string | undefined): readonly ManageScope[] {
  const own: readonly AppAccess[] = access === 'write' ? ['read', 'write'] : ['read'];
  return tenantId === undefined ? own.flatMap((one) => [one, `${one}:all` as const]) : own;
}

/** The rows of the management API. */
export const manageRoutes: readonly Route<ManageContext>[] = manageRows.map((row) => ({
  name: row.name,
  methods: [row.method],
  template: row.template,
  operation: manage(row),
}));

/** Makes a row that answers anyone with a description, which is loaded and made when it is first asked for. */
function descriptionRoute(
  name: string,
  template: string,
  make: () => Promise<ScimResponse>,
): Route<ManageContext> {
  let made: Promise<ScimResponse> | undefined;
  const describe = () => {
    made ??= make();
    return made;
  };
  return {
    name,
    methods: ['GET'],
    template,
    operation: {
      readsBody: false,
      forAnyone: describe,
      parse: () => undefined,
      run: describe,
      respond: (response) => response as ScimResponse,
    },
  };
}

/** The rows of `/api/v1`: those of the management API, and for anyone the descriptions of it and of events. */
export const apiRoutes: readonly Route<ManageContext>[] = [
  ...manageRoutes,
  descriptionRoute('api-description', 'openapi.json', async () => {
    const { describeApi } = await import('../manage/open-api.ts');
    return { status: 200, headers, body: describeApi() };
  }),
  descriptionRoute('api-events-description', 'asyncapi.json', async () => {
    const { describeEvents } = await import('../manage/async-api.ts');
    return { status: 200, headers, body: describeEvents() };
  }),
  descriptionRoute('api-page', 'docs', async () => {
    const { describeApi } = await import('../manage/open-api.ts');
    const { apiPage } = await import('./api-page.ts');
    return apiPage(describeApi());
  }),
];
