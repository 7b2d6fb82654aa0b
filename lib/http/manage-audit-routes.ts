import type { ManageOperations } from '../manage/operations.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Operation } from './operation.ts';
import type { Route } from './routes.ts';

interface AuditCommand {
  readonly tenantId: string;
  readonly run: string;
  readonly query: Readonly<Record<string, string>>;
}

type Run = (manage: ManageOperations, command: AuditCommand) => Promise<JsonObject>;

function read(run: Run): Operation<ManageOperations, AuditCommand, JsonObject> {
  return {
    scope: 'manage',
    readsBody: false,
    parse({ params, query }) {
      // The host takes its function key there too.
      const { code: _, ...asked } = Object.fromEntries(query);
      return { tenantId: params.tenant ?? '', run: params.run ?? '', query: asked };
    },
    run,
    respond: (body) => ({
      status: 200,
      body,
      headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
    }),
  };
}

/** The rows of the management API that read the audit trail. */
export const manageAuditRoutes: readonly Route<ManageOperations>[] = [
  {
    name: 'manage-audit-records',
    methods: ['GET'],
    template: 'tenants/{tenant}/audit',
    operation: read((manage, command) => manage.listRecords(command)),
  },
  {
    name: 'manage-audit-run',
    methods: ['GET'],
    template: 'tenants/{tenant}/runs/{run}',
    operation: read((manage, command) => manage.retrieveRun(command)),
  },
  {
    name: 'manage-audit-runs',
    methods: ['GET'],
    template: 'tenants/{tenant}/runs',
    operation: read((manage, command) => manage.listRuns(command)),
  },
];
