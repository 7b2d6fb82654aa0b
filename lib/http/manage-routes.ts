import type { ManageOperations } from '../manage/operations.ts';
import type { JsonObject, JsonValue } from '../scim/json.ts';
import type { Operation } from './operation.ts';
import type { Route } from './routes.ts';

interface ManageCommand {
  readonly tenantId: string;
  readonly keyId: string;
  readonly mailId: string;
  readonly state?: string;
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
      const [after, state] = [query.get('after'), query.get('state')];
      return {
        tenantId: params.tenant ?? '',
        keyId: params.key ?? '',
        mailId: params.mail ?? '',
        ...(after !== null && { after }),
        ...(state !== null && { state }),
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
    name: 'manage-links-open',
    methods: ['POST'],
    template: 'links',
    operation: manage((run, command) => run.openLink(command), { status: 200, readsBody: true }),
  },
  {
    name: 'manage-mails-list',
    methods: ['GET'],
    template: 'tenants/{tenant}/mails',
    operation: manage((run, command) => run.listMails(command), { status: 200 }),
  },
  {
    name: 'manage-mails-send',
    methods: ['POST'],
    template: 'tenants/{tenant}/mails/{mail}/send',
    operation: manage((run, command) => run.sendMailAgain(command), { status: 202 }),
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
