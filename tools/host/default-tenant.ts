import type { Connection } from './data-folder.ts';
import { type ManageAccess, ManageError, manage } from './manage.ts';

interface TenantView {
  readonly id: string;
  readonly tenantUrl: string;
  readonly enabled: boolean;
}

/** The values with which a client reaches the default tenant. */
export interface DefaultTenant extends Connection {
  /** The tenant's id. */
  readonly tenant: string;
  /** The reason why no client can use the tenant at present. */
  readonly problem?: string;
}

/** Finds or creates the default tenant, and returns it with the kept token if that still works, or with a new one. */
export async function connectDefaultTenant(
  access: ManageAccess,
  kept: Partial<DefaultTenant>,
): Promise<DefaultTenant> {
  const found = kept.tenant === undefined ? undefined : await findTenant(access, kept.tenant);
  const { id, tenantUrl, enabled } = found ?? (await createTenant(access));
  const { secretToken = 'none' } = kept;
  const connection = { tenant: id, tenantUrl, secretToken };
  if (!enabled) return { ...connection, problem: `it is disabled: npm run muster -- tenants enable ${id}` };
  if (kept.secretToken !== undefined && (await works(access, connection))) return connection;
  try {
    const { key } = await manage(access, `/manage/tenants/${id}/keys`, { label: 'npm start' });
    return { ...connection, secretToken: String(key) };
  } catch (error) {
    if (error instanceof ManageError) return { ...connection, problem: error.message };
    throw error;
  }
}

async function createTenant(access: ManageAccess): Promise<TenantView> {
  const made = await manage(access, '/manage/tenants', { name: 'Default' });
  return made as unknown as TenantView;
}

async function findTenant(access: ManageAccess, id: string): Promise<TenantView | undefined> {
  try {
    return (await manage(access, `/manage/tenants/${encodeURIComponent(id)}`)) as unknown as TenantView;
  } catch (error) {
    if (error instanceof ManageError && error.status === 404) return undefined;
    throw error;
  }
}

async function works({ baseUrl }: ManageAccess, { tenantUrl, secretToken }: Connection): Promise<boolean> {
  const url = `${baseUrl}${new URL(tenantUrl).pathname}/Users?count=0`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${secretToken}` } });
  await answer.body?.cancel();
  return answer.ok;
}
