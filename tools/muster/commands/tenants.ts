import type { JsonObject } from '../../../lib/scim/json.ts';
import { clientProfiles } from '../../../lib/scim/quirks/quirk.ts';
import { policySchema } from '../../../lib/tenants/policy.ts';
import { presetNames } from '../../../lib/tenants/presets.ts';
import { findTenant, type TenantView } from '../api/find-tenant.ts';
import { readAll } from '../api/pages.ts';
import { at } from '../api/path.ts';
import { choice, command, flag, several, text } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { readPolicyOptions } from '../policy/assignments.ts';
import { flattenPolicy } from '../policy/settings.ts';
import type { Session } from '../session.ts';
import { cleanText } from '../terminal/clean-text.ts';
import { type Columns, toFields, toTable } from '../terminal/table.ts';
import { typed } from '../typed.ts';
import {
  type IssuedView,
  keyFields,
  keyOptions,
  kindOption,
  noteKey,
  receiveKey,
  withoutSecret,
} from './keys.ts';

const policyOptions = {
  profile: choice(
    '--profile <name>',
    'profile of the client, the same as --set endpoint.profile=NAME',
    clientProfiles,
  ),
  policy: text('--policy <file>', 'JSON file with a policy or part of one; - reads the standard input'),
  set: several('--set <setting=value>', 'a single setting, such as keys.activeMax=3; may be repeated'),
};
const nameOptions = {
  identifier: text('--identifier <word>', 'name for scripts: a letter, then letters, digits or underscores'),
  description: text('--description <text>', 'what the tenant is'),
};

const columns: Columns<TenantView> = {
  Identifier: ({ identifier }) => identifier,
  Name: ({ name }) => name,
  Enabled: ({ enabled }) => (enabled ? 'yes' : 'no'),
  Profile: ({ policy }) => policy.endpoint.profile,
  'Tenant URL': ({ tenantUrl }) => tenantUrl,
  Id: ({ id }) => id,
};

/** The times of a synchronisation that ends. */
export interface EndingView {
  readonly since: string;
  readonly until: string;
}

interface CreatedView extends TenantView {
  readonly firstKey: IssuedView;
}

/** The commands on tenants. */
export const tenantCommands = [
  command({
    name: 'tenants list',
    takes: [],
    summary: 'Lists tenants in the order of their creation.',
    example: 'tenants list',
    async run(session) {
      const tenants = await readAll<TenantView>(session, { path: '/tenants', name: 'tenants' });
      session.output.result({ tenants }, () =>
        tenants.length === 0 ? 'There are no tenants.' : toTable(tenants, columns),
      );
    },
  }),
  command({
    name: 'tenants show',
    takes: ['tenant'],
    summary: 'Shows a tenant and the settings that differ from the defaults. --json prints the whole policy.',
    example: 'tenants show Contoso',
    async run(session, { tenant }) {
      const found = await findTenant(session, tenant);
      session.output.result(found, () => describeTenant(found));
    },
  }),
  command({
    name: 'tenants create',
    takes: [],
    summary: 'Creates a tenant, with the policy of a preset if you name one.',
    details: 'Settings in the policy file override the preset, and single settings override both.',
    example: 'tenants create --name Contoso --preset signl4 --set licences.seats=250 --first-key',
    options: {
      name: text('--name <text>', 'display name'),
      ...nameOptions,
      preset: choice('--preset <name>', 'policy to start with', presetNames),
      ...policyOptions,
      firstKey: flag('--first-key', 'issue the first key too; the options below are about it'),
      kind: kindOption,
      ...keyOptions,
    },
    async run(session, { name, firstKey, kind, label, days, to, ...options }) {
      if (name === undefined) throw new CommandError('usage', 'Name the tenant: --name "Contoso".');
      const { identifier, description, preset, ...settings } = options;
      const about = [kind, label, days, to].some((value) => value !== undefined);
      if (about && !firstKey) {
        throw new CommandError(
          'usage',
          '--kind, --label, --days and --to are about the first key: add --first-key.',
        );
      }
      const policy = await readPolicyOptions(settings, session.input);
      const body = { name, identifier, description, preset, policy };
      if (firstKey) return createWithKey(session, { ...body, key: { kind, label, validDays: days } }, to);
      const tenant = await session.api.post<TenantView>('/tenants', body);
      session.output.result(tenant, () => describeTenant(tenant));
      session.output.note(`It needs a key: ${typed(`keys issue ${tenant.id}`)}`);
    },
  }),
  command({
    name: 'tenants edit',
    takes: ['tenant'],
    summary: 'Edits a tenant. It changes only what you name, and merges policy sections (RFC 7396).',
    details: 'null resets a setting to its default. Text that is not JSON needs no quotes.',
    example: 'tenants edit Contoso --set keys.activeMax=3 --set notifications.failures=true',
    options: { name: text('--name <text>', 'display name'), ...nameOptions, ...policyOptions },
    async run(session, { tenant, name, identifier, description, ...options }) {
      const policy = await readPolicyOptions(options, session.input);
      const body = { name, identifier, description, policy };
      if (Object.values(body).every((value) => value === undefined)) {
        throw new CommandError(
          'usage',
          'Say what to change: --set keys.activeMax=3, --policy FILE or --name TEXT.',
        );
      }
      const edited = await edit(session, tenant, body);
      session.output.result(edited, () => describeTenant(edited));
    },
  }),
  command({
    name: 'tenants enable',
    takes: ['tenant'],
    summary: 'Enables a tenant, so that its endpoint answers.',
    example: 'tenants enable Contoso',
    run: (session, { tenant }) => setEnabled(session, tenant, true),
  }),
  command({
    name: 'tenants disable',
    takes: ['tenant'],
    summary: 'Disables a tenant. Its endpoint refuses every request, on all instances within a minute.',
    example: 'tenants disable Contoso',
    run: (session, { tenant }) => setEnabled(session, tenant, false),
  }),
  command({
    name: 'tenants delete',
    takes: ['tenant'],
    summary: 'Deletes a tenant with its keys, users, groups, accounts and audit trail.',
    details: 'You cannot undo this, so the command asks for the identifier of the tenant.',
    example: 'tenants delete Contoso --confirm Contoso',
    options: { confirm: text('--confirm <identifier>', 'the identifier, if there is no terminal to ask on') },
    async run(session, { tenant: reference, confirm }) {
      const tenant = await findTenant(session, reference);
      const { name } = tenant;
      await requireConfirmed(session, tenant, {
        ...{ confirm, refusal: 'Nothing was deleted' },
        consequence: `This permanently deletes ${name} and all its data.`,
      });
      await session.api.delete(at`/tenants/${tenant.id}`, { confirm: tenant.identifier });
      session.output.note(`Deleted ${tenant.name} (${tenant.identifier}, ${tenant.id}).`);
    },
  }),
  command({
    name: 'tenants end-synchronization',
    takes: ['tenant'],
    summary: 'Ends the synchronisation of a tenant. Accounts and teams made by hand stay.',
    details:
      'It removes the keys, trusts and mappings, all users and groups, and the accounts and teams that followed from ' +
      'them. You cannot undo this, so the command asks for the identifier of the tenant. `muster status` shows the ' +
      'progress.',
    example: 'tenants end-synchronization Contoso --confirm Contoso',
    options: { confirm: text('--confirm <identifier>', 'the identifier, if there is no terminal to ask on') },
    async run(session, { tenant: reference, confirm }) {
      const tenant = await findTenant(session, reference);
      const { id, name, identifier } = tenant;
      await requireConfirmed(session, tenant, {
        ...{ confirm, refusal: 'Nothing was ended' },
        consequence: `This permanently removes all users and groups of ${name}, and their accounts.`,
      });
      const path = at`/tenants/${id}/synchronization`;
      const ending = await session.api.delete<EndingView>(path, { confirm: identifier });
      session.output.result(ending, () => `The synchronisation of ${cleanText(name)} is ending.`);
      session.output.note(`See what is left with ${typed(`status ${identifier}`)}.`);
    },
  }),
];

/** Creates a tenant with its first key. */
async function createWithKey(session: Session, body: object, to: string | undefined): Promise<void> {
  const { answer, file } = await receiveKey(session, {
    ...{ path: '/tenants', body, to, keyIn: (created: CreatedView) => created.firstKey },
  });
  const { firstKey } = answer;
  const document = file ? { ...answer, firstKey: withoutSecret(firstKey) } : answer;
  session.output.result(document, () => `${describeTenant(answer)}\n\n${keyFields(firstKey, file)}`);
  noteKey(session, firstKey, file);
}

async function edit(session: Session, reference: string, body: object): Promise<TenantView> {
  const { id } = await findTenant(session, reference);
  return session.api.patch<TenantView>(at`/tenants/${id}`, body);
}

async function setEnabled(session: Session, reference: string, enabled: boolean): Promise<void> {
  const tenant = await edit(session, reference, { enabled });
  const state = enabled
    ? 'is enabled: its endpoint answers'
    : 'is disabled: its endpoint refuses every request';
  session.output.result(tenant, () => `${cleanText(tenant.name)} ${state}.`);
}

interface Confirmation {
  readonly confirm: string | undefined;
  /** Says what is lost. */
  readonly consequence: string;
  readonly refusal: string;
}

async function requireConfirmed(
  { person }: Session,
  { identifier }: TenantView,
  { confirm, consequence, refusal }: Confirmation,
): Promise<void> {
  if (confirm === undefined && !person.isThere) {
    throw new CommandError('usage', `There is no terminal to ask on: confirm with --confirm ${identifier}.`);
  }
  const question = `${consequence} Enter its identifier (${identifier}): `;
  const entered = confirm ?? (await person.ask(question));
  if (entered === identifier) return;
  throw new CommandError('failed', `${refusal}: the identifier of the tenant is ${identifier}.`);
}

function describeTenant(tenant: TenantView): string {
  const { name, identifier, id, description, enabled, tenantUrl, policy } = tenant;
  const about = toFields([
    ['Name', name],
    ['Identifier', identifier],
    ['Id', id],
    ['Description', description || undefined],
    ['Enabled', enabled ? 'yes' : 'no'],
    ['Tenant URL', tenantUrl],
  ]);
  const settings = ownSettings(policy);
  return settings === '' ? about : `${about}\n\nSettings that differ from the defaults:\n${settings}`;
}

function ownSettings(policy: TenantView['policy']): string {
  const usual = new Map(flattenPolicy(policySchema.parse({})));
  const own = flattenPolicy(policy as unknown as JsonObject).flatMap(([path, value]) => {
    const shown = JSON.stringify(value);
    return shown === JSON.stringify(usual.get(path)) ? [] : [[`  ${path}`, shown] as const];
  });
  return toFields(own);
}
