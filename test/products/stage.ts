import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { JsonObject } from '../../lib/scim/json.ts';
import type { PresetName } from '../../lib/tenants/presets.ts';
import { type Entra, entraAt, type Matching } from './entra.ts';
import { type Local, localOf } from './local.ts';
import type { Site } from './site.ts';

/** What the steps of a row work with: a tenant of their own. */
export interface Stage extends Site {
  readonly tenantUrl: string;
  readonly token: string;
  readonly entra: Entra;
  /** The same client with `?aadOptscim062020` in its tenant URL. */
  readonly flagged: Entra;
  readonly local: Local;
  /** Has the mails of this tenant sent; yields those to an address, of which there must be so many. */
  mailsTo(address: string, count: number): Promise<readonly string[]>;
  /** Another tenant, of the same preset if none is named. */
  another(other?: PresetName): Promise<Stage>;
}

/** Makes a tenant from a preset, changes its policy by the patches, and has Entra ID connected to it. */
export async function openStage(
  site: Site,
  { preset, patches, matching }: { preset: PresetName; patches: readonly JsonObject[]; matching: Matching },
): Promise<Stage> {
  const name = `Contoso ${randomUUID()}`;
  const made = await site.endpoint.manage('POST', '/manage/tenants', { name, preset });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const local = localOf(site.endpoint, made.body.id);
  const profile = process.env.MUSTER_TEST_PROFILE;
  if (profile !== undefined) await local.done('PATCH', '', { policy: { endpoint: { profile } } });
  for (const policy of patches) await local.done('PATCH', '', { policy });
  const { tenantUrl, key: token } = await local.done('POST', '/keys', await onBehalf(local));
  const access = { tenantUrl, token };
  return {
    ...site,
    ...access,
    local,
    async mailsTo(address, count) {
      await site.sendMails();
      for (const state of ['waiting', 'sending']) {
        const left = async () => (await local.done('GET', `/mails?state=${state}`)).mails;
        await expect.poll(left, { timeout: 10_000, interval: 20 }).toEqual([]);
      }
      const mails = site.mailsWith([name, address]);
      expect(mails).toHaveLength(count);
      return mails;
    },
    another: (other = preset) => openStage(site, { preset: other, patches: [], matching }),
    entra: entraAt(access, { flavour: 'default', matching }),
    flagged: entraAt(access, { flavour: 'aadOptscim062020', matching }),
  };
}

/** Where keys are issued on behalf of an operator only, there is one. */
async function onBehalf(local: Local): Promise<object> {
  const { policy } = await local.done('GET', '');
  const [role] = policy.keys.issuerRoles;
  if (role === undefined) return {};
  const onBehalfOf = 'operator@contoso.com';
  await local.makeAccount({ role, attributes: { email: onBehalfOf, displayName: 'operator' } });
  return { onBehalfOf };
}
