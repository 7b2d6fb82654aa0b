import type * as z from 'zod';
import type { tenantView } from '../../../lib/manage/views.ts';
import { tenantIdForm } from '../../../lib/tenants/tenant.ts';
import { CommandError } from '../command-error.ts';
import type { Output } from '../terminal/output.ts';
import { typed } from '../typed.ts';
import type { Api } from './api.ts';
import { readAll } from './pages.ts';
import { at } from './path.ts';

export type TenantView = z.infer<typeof tenantView>;

/**
 * Finds a tenant by its id, identifier or name. If several tenants match, it rejects with a CommandError that lists
 * them.
 */
export async function findTenant(
  parts: { api: Api; output: Output },
  reference: string,
): Promise<TenantView> {
  const byId = await retrieve(parts.api, reference);
  if (byId) return byId;
  const tenants = await readAll<TenantView>(parts, { path: '/tenants', name: 'tenants' });
  const wanted = fold(reference);
  const found =
    exactly(tenants, ({ identifier }) => identifier === reference) ??
    tenants.filter(({ identifier, name }) => fold(identifier) === wanted || fold(name) === wanted);
  const [tenant] = found;
  if (tenant && found.length === 1) return tenant;
  if (!tenant) {
    throw new CommandError(
      'notFound',
      `There is no tenant "${reference}": ${typed('tenants list')} shows those that there are.`,
    );
  }
  const names = found.map(({ id, identifier, name }) => `${id} (${identifier}, ${name})`).join('; ');
  throw new CommandError('usage', `"${reference}" matches several tenants: name one by its id: ${names}.`);
}

async function retrieve(api: Api, reference: string): Promise<TenantView | undefined> {
  if (!tenantIdForm.test(reference)) return undefined;
  try {
    return await api.get<TenantView>(at`/tenants/${reference}`);
  } catch (error) {
    if (error instanceof CommandError && error.ending === 'notFound') return undefined;
    throw error;
  }
}

function exactly<T>(all: readonly T[], isMeant: (one: T) => boolean): readonly T[] | undefined {
  const found = all.filter(isMeant);
  return found.length === 1 ? found : undefined;
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
