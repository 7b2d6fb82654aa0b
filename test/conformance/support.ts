import { afterAll, beforeAll, test } from 'vitest';
import { quote, requirements } from '../../tools/conformance/extract.ts';
import { type Answer, type Endpoint, scim, startEndpoint, type TenantAccess } from '../support/endpoint.ts';
import { engine } from '../support/engine.ts';
import { shareEndpoint } from '../support/shared-endpoint.ts';

const byId = new Map(requirements.map((requirement) => [requirement.id, requirement]));

type Host = Pick<Endpoint, 'createTenant' | 'manage'>;

/** A tenant of its own: the profile `rfc` and the pack of specimens, unless told otherwise. */
export interface ConformanceEndpoint extends TenantAccess {
  readonly host: Host;
  readonly tenantId: string;
  send(
    method: string,
    path: string,
    ...rest: [body?: unknown, headers?: Readonly<Record<string, string>>]
  ): Promise<Answer>;
  /** Creates a user with a fresh `userName` and yields its representation. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every shape
  createUser(attributes?: object): Promise<any>;
  /** Creates a group with a fresh `displayName` and yields its representation. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every shape
  createGroup(attributes?: object): Promise<any>;
  /** Creates a specimen, which the pack declares with an attribute of every kind. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every shape
  createSpecimen(attributes?: object): Promise<any>;
  /** PATCHes with the operations. */
  patch(path: string, ...operations: readonly object[]): Promise<Answer>;
  /** Another tenant of the same host. */
  otherTenant(settings?: TenantSettings): Promise<ConformanceEndpoint>;
}

export interface TenantSettings {
  readonly profile?: string;
  readonly policy?: { readonly endpoint?: object };
}

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const specimenSchema = 'urn:example:scim:schemas:core:1.0:Specimen';
export const shelfSchema = 'urn:example:scim:schemas:extension:1.0:Shelf';

const env = { MUSTER_PACKS: 'test/conformance/packs' };
let host: Promise<Host> | undefined;
let serial = 0;

/** Registers the test of a requirement, named by its id and sentence; it runs against a tenant of its own. */
export function requirement(id: string, run: (endpoint: ConformanceEndpoint) => Promise<void>): void {
  const found = byId.get(id);
  if (!found) throw new Error(`No RFC has the requirement ${id}`);
  if (!host) {
    // The emulator reads the documents of all tenants for each query.
    const own = engine === 'cosmos' ? startEndpoint({ env }) : undefined;
    host = own ?? shareEndpoint({ env });
    host.catch(() => undefined);
    beforeAll(async () => void (await host));
    afterAll(async () => {
      host = undefined;
      await (await own)?.stop();
    });
  }
  test(`${id} ${quote(found)}`, async () => {
    if (host) await run(await openTenant(await host, {}));
  });
}

async function openTenant(endpoint: Host, settings: TenantSettings): Promise<ConformanceEndpoint> {
  serial += 1;
  const access = await endpoint.createTenant({
    name: `conformance ${serial}`,
    profile: 'rfc',
    policy: { endpoint: { packs: ['specimens'] } },
    ...settings,
  });
  const send: ConformanceEndpoint['send'] = (method, path, ...rest) => scim(access, method, path, ...rest);
  const create = async (path: string, resource: object) => {
    const { status, body } = await send('POST', path, resource);
    if (status !== 201) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  return {
    ...access,
    host: endpoint,
    send,
    createUser: (attributes = {}) =>
      create('/Users', { schemas: [userSchema], userName: freshName('user'), ...attributes }),
    createGroup: (attributes = {}) =>
      create('/Groups', { schemas: [groupSchema], displayName: freshName('group'), ...attributes }),
    createSpecimen: (attributes = {}) => create('/Specimens', specimen(attributes)),
    patch: (path, ...operations) => send('PATCH', path, patchOp(...operations)),
    otherTenant: (other = {}) => openTenant(endpoint, other),
  };
}

/** A specimen with what is required of it. */
export function specimen(attributes: object = {}): object {
  const schemas = [specimenSchema, shelfSchema];
  return { schemas, label: freshName('specimen'), [shelfSchema]: { room: 'cellar' }, ...attributes };
}

/** A name that no resource of this file has yet. */
export function freshName(prefix: string): string {
  serial += 1;
  return `${prefix}-${serial}@example.com`;
}

/** The message of a PATCH. */
export function patchOp(...operations: readonly object[]): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}
