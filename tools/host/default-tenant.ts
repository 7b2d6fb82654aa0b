import type { Connection } from './data-folder.ts';
import { StartError } from './start-error.ts';

/** Where the endpoint is reached on this machine, and the key of its management API. */
export interface ManageAccess {
  readonly baseUrl: string;
  readonly functionKey: string;
}

interface TenantView {
  readonly id: string;
  readonly name: string;
  readonly tenantUrl: string;
}

const defaultTenant = { name: 'Default' };

/** Yields the connection of the default tenant: the kept one while it works, else one with a new key. */
export async function connectDefaultTenant(access: ManageAccess, kept?: Connection): Promise<Connection> {
  const tenant = (await findTenant(access, kept)) ?? (await manage(access, '/manage/tenants', defaultTenant));
  const { id, tenantUrl } = tenant as TenantView;
  if (kept && (await works(access, { tenantUrl, secretToken: kept.secretToken }))) {
    return { tenantUrl, secretToken: kept.secretToken };
  }
  const { key } = await manage(access, `/manage/tenants/${id}/keys`, { label: 'npm start' });
  return { tenantUrl, secretToken: String(key) };
}

// The kept connection says which tenant it was; its host and port may have changed since.
async function findTenant(
  access: ManageAccess,
  kept: Connection | undefined,
): Promise<TenantView | undefined> {
  const keptPath = kept && new URL(kept.tenantUrl).pathname;
  let first: TenantView | undefined;
  let after = '';
  do {
    const page = await manage(access, `/manage/tenants${after}`);
    for (const tenant of page.tenants as TenantView[]) {
      if (new URL(tenant.tenantUrl).pathname === keptPath) return tenant;
      if (tenant.name === defaultTenant.name) first ??= tenant;
    }
    after = page.next === undefined ? '' : `?after=${encodeURIComponent(String(page.next))}`;
  } while (after !== '');
  return first;
}

async function works({ baseUrl }: ManageAccess, { tenantUrl, secretToken }: Connection): Promise<boolean> {
  const url = `${baseUrl}${new URL(tenantUrl).pathname}/Users?count=0`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${secretToken}` } });
  await answer.body?.cancel();
  return answer.ok;
}

/** Calls the management API: with a body a POST, else a GET. */
export async function manage(
  { baseUrl, functionKey }: ManageAccess,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const answer = await fetch(baseUrl + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'x-functions-key': functionKey, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text);
  throw new StartError(
    `The default tenant could not be made ready (${answer.status} ${text}): ` +
      'start with another folder (--data DIR) or with --memory to see whether the data is at fault.',
  );
}
