import { type Endpoint, type EndpointOptions, startEndpoint } from './endpoint.ts';

/** An endpoint that the files of a worker share; nobody stops it, and a file has a tenant of its own there. */
export type SharedEndpoint = Omit<Endpoint, 'pid' | 'stop' | 'kill' | 'signal'> & {
  readonly tenantId: string;
};

const started = new Map<string, Promise<Endpoint>>();
let tenants = 0;

/** Opens a tenant on the endpoint of this worker, with a key. A start costs half a second, and requests soon less. */
export async function shareEndpoint({
  env = {},
  profile = 'generic',
}: Pick<EndpointOptions, 'env' | 'profile'> = {}): Promise<SharedEndpoint> {
  const endpoint = await startOnce({ MUSTER_LOG: 'information', MUSTER_COST_HEADER: 'true', ...env });
  tenants += 1;
  const before = endpoint.output().length;
  const tenant = await endpoint.createTenant({ name: `Shared ${tenants}`, profile });
  return { ...endpoint, ...tenant, output: () => endpoint.output().slice(before) };
}

/** All tenants of an endpoint, page by page. */
export async function allTenants({
  manage,
}: Pick<Endpoint, 'manage'>): Promise<readonly { name: string; identifier: string }[]> {
  const found = [];
  let query = '';
  do {
    const { body } = await manage('GET', `/manage/tenants${query}`);
    found.push(...body.tenants);
    query = body.next === undefined ? '' : `?after=${body.next}`;
  } while (query !== '');
  return found;
}

function startOnce(env: NonNullable<EndpointOptions['env']>): Promise<Endpoint> {
  const settings = JSON.stringify(env);
  const running = started.get(settings) ?? startEndpoint({ env });
  started.set(settings, running);
  return running;
}
