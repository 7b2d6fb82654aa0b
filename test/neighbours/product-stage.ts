import { beforeAll, expect } from 'vitest';
import type { JsonObject } from '../../lib/scim/json.ts';
import type { PresetName } from '../../lib/tenants/presets.ts';
import { bulkBody, type Client, type Created, clientOf } from '../api/client.ts';
import type { Source } from '../products/entra.ts';
import { type Site, shareSite } from '../products/site.ts';
import { openStage, type Stage } from '../products/stage.ts';
import type { Answer } from '../support/endpoint.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Body = any;

/** A tenant of a product, whose client sends what a test likes. */
export interface Product extends Stage {
  readonly client: Client;
  /** Creates a user whose work e-mail is `name@contoso.com`. */
  user(name: string, attributes?: object): Promise<Created>;
  /** The account of a user, as it is now. */
  of(user: { readonly id: string }): Promise<Body>;
  /** The names of the teams that each e-mail address is in. */
  teamsByAddress(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** The templates of the mails that the tenant has, in alphabetical order. */
  mails(): Promise<readonly string[]>;
}

/** The endpoint of a test file, and what opens a tenant there: of a preset, with changes of its policy. */
export function products(): {
  site(): Site;
  open(preset: PresetName, ...patches: readonly JsonObject[]): Promise<Product>;
} {
  let site: Site;
  beforeAll(async () => {
    site = await shareSite();
  });
  const matching = { '/Users': 'userName', '/Groups': 'displayName' };
  return {
    site: () => site,
    open: async (preset, ...patches) => productOf(await openStage(site, { preset, patches, matching })),
  };
}

function productOf(stage: Stage): Product {
  const { local } = stage;
  const client = clientOf(stage);
  return {
    ...stage,
    client,
    user: (name, attributes) => client.user(name, worker(name, attributes)),
    of: ({ id }) => local.account({ id } as Source),
    async teamsByAddress() {
      const found: Record<string, string[]> = {};
      for (const { id, name } of (await local.done('GET', '/teams')).teams) {
        const { members } = await local.done('GET', `/teams/${id}/members`);
        for (const { attributes } of members) {
          found[attributes.email] = [...(found[attributes.email] ?? []), name];
        }
      }
      return found;
    },
    mails: async () =>
      (await local.done('GET', '/mails')).mails.map(({ template }: Body) => template).toSorted(),
  };
}

export const addressOf = (name: string) => `${name}@contoso.com`;

/** The attributes of a user beside its userName. */
export function worker(name: string, attributes: object = {}): object {
  return { displayName: name, active: true, emails: workEmail(addressOf(name)), ...attributes };
}

export function workEmail(value: string): readonly object[] {
  return [{ type: 'work', value, primary: true }];
}

/** Sends one operation in a bulk request; yields its status and its body. */
export async function inBulk(
  client: Client,
  operation: { method: string; path: string; data?: object },
): Promise<Pick<Answer, 'status' | 'body'>> {
  const bulkId = operation.method === 'POST' ? { bulkId: 'one' } : {};
  const answer = await client.post('/Bulk', bulkBody([{ ...operation, ...bulkId }]));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const [result] = answer.body.Operations;
  return { status: Number(result.status), body: result.response };
}
