import type { ManageOperations } from '../manage/operations.ts';
import type { JsonObject, JsonValue } from '../scim/json.ts';
import { manageAuditRoutes } from './manage-audit-routes.ts';
import type { Operation } from './operation.ts';
import type { Route } from './routes.ts';

interface ManageCommand {
  readonly tenantId: string;
  readonly keyId: string;
  readonly after?: string;
  readonly body: JsonValue;
}

type Run = (manage: ManageOperations, command: ManageCommand) => Promise<JsonObject>;

function manage(
  run: Run,
  { status, readsBody = false }: { status: number; readsBody?: boolean },
): Operation<ManageOperations, ManageCommand, JsonObject> {
  return {
    scope: 'manage',
    readsBody,
    parse({ params, query, body }) {
      const after = query.get('after');
      return {
        tenantId: params.tenant ?? '',
        keyId: params.key ?? '',
        ...(after !== null && { after }),
        body: body ?? null,
      };
    },
    run,
    respond: (body) =>
      status === 204
        ? { status }
        : { status, body, headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' } },
  };
}

/** The rows of the management API; the host has checked the function key. */
export const manageRoutes: readonly Route<ManageOperations>[] = [
  ...manageAuditRoutes,
  {
    name: 'manage-keys-issue',
    methods: ['POST'],
    template: 'tenants/{tenant}/keys',
    operation: manage((run, command) => run.issueKey(command), { status: 201, readsBody: true }),
  },
  {
    name: 'manage-keys-list',
    methods: ['GET'],
    template: 'tenants/{tenant}/keys',
    operation: manage((run, command) => run.listKeys(command), { status: 200 }),
  },
  {
    name: 'manage-keys-revoke',
    methods: ['DELETE'],
    template: 'tenants/{tenant}/keys/{key}',
    operation: manage((run, command) => run.revokeKey(command), { status: 204 }),
  },
  {
    name: 'manage-pending-members',
    methods: ['GET'],
    template: 'tenants/{tenant}/pending-members',
    operation: manage((run, command) => run.listPendingMembers(command), { status: 200 }),
  },
  {
    name: 'manage-tenants-create',
    methods: ['POST'],
    template: 'tenants',
    operation: manage((run, command) => run.createTenant(command), { status: 201, readsBody: true }),
  },
  {
    name: 'manage-tenants-list',
    methods: ['GET'],
    template: 'tenants',
    operation: manage((run, command) => run.listTenants(command), { status: 200 }),
  },
];
