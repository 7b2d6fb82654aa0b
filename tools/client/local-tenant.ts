import type { ClientProfile } from '../../lib/scim/quirks/quirk.ts';
import { withMuster } from '../bench/endpoint.ts';
import { type ManageAccess, manage } from '../host/manage.ts';
import type { Connection } from './connection.ts';

/** A new tenant of an endpoint in memory. */
export interface LocalTenant extends Connection {
  /** Sentences about the clients that Muster recognised by their requests. */
  recognised(): Promise<readonly string[]>;
}

/** Builds and starts Muster in memory, makes a tenant with a profile, and stops Muster after the work. */
export function withLocalTenant<T>(
  profile: ClientProfile,
  work: (tenant: LocalTenant) => Promise<T>,
): Promise<T> {
  return withMuster(async (access) => work(await makeTenant(access, profile)));
}

async function makeTenant(access: ManageAccess, profile: ClientProfile): Promise<LocalTenant> {
  const tenant = { name: 'Client', policy: { endpoint: { profile } }, key: {} };
  const made = await manage(access, '/manage/tenants', tenant);
  const { key } = made.firstKey as { readonly key: string };
  return {
    tenantUrl: String(made.tenantUrl),
    token: key,
    recognised: async () => {
      const { clients } = await manage(access, `/manage/tenants/${made.id}/status`);
      const seen = clients as readonly { readonly name: string; readonly advice?: string }[];
      return seen.map(
        ({ name, advice }) => advice ?? `Muster recognised ${name}, and the profile is its own`,
      );
    },
  };
}
