import { beforeAll } from 'vitest';
import type { Client } from '../api/client.ts';
import { clientOf } from '../api/client.ts';
import type { Answer, TenantAccess } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type Ended, muster, words } from '../tools/muster/muster.ts';

/** A tenant, its client, and what an operator does with it. */
export interface Customer extends Client {
  readonly tenantId: string;
  readonly access: TenantAccess;
  /** Calls the management API below the tenant. */
  manage(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Its records in the audit trail that match a query, the newest first. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into records of every shape
  records(query: string): Promise<readonly any[]>;
}

/** Sections of a tenant's policy. */
export interface Policy {
  readonly endpoint?: object;
  readonly [section: string]: unknown;
}

export interface PeopleSite {
  endpoint(): SharedEndpoint;
  customer(policy?: Policy): Promise<Customer>;
  /** Runs a line of the command line in this process. */
  run(line: string, options?: { readonly input?: string }): Promise<Ended>;
}

let tenants = 0;

/** Takes the shared endpoint with these settings for a file of tests. */
export function openPeopleSite(env: () => Readonly<Record<string, string>> = () => ({})): PeopleSite {
  let running: SharedEndpoint | undefined;
  beforeAll(async () => {
    running = await shareEndpoint({ env: env() });
  });
  const endpoint = () => {
    if (!running) throw new Error('The endpoint runs only during tests');
    return running;
  };
  return {
    endpoint,
    async customer(policy = {}) {
      tenants += 1;
      const { tenantId, ...access } = await endpoint().createTenant({ name: `Customer ${tenants}`, policy });
      const manage: Customer['manage'] = (method, path, body) =>
        endpoint().manage(method, `/manage/tenants/${tenantId}${path}`, body);
      return {
        ...clientOf(access),
        tenantId,
        access,
        manage,
        records: async (query) => (await manage('GET', `/audit?${query}`)).body.records,
      };
    },
    run: (line, { input = '' } = {}) =>
      muster(words(line), {
        env: { MUSTER_URL: endpoint().baseUrl, MUSTER_FUNCTION_KEY: endpoint().functionKey },
        input,
      }),
  };
}
