import { findTenant, type TenantView } from '../api/find-tenant.ts';
import { at } from '../api/path.ts';
import { command } from '../command.ts';
import { toFields } from '../terminal/table.ts';
import { showTime } from '../terminal/times.ts';
import { typed } from '../typed.ts';
import type { EndingView } from './tenants.ts';

interface StatusView {
  readonly users: number;
  readonly groups: number;
  readonly accounts: Readonly<Record<string, number>>;
  readonly seats: { readonly used: number; readonly limit: number | null };
  readonly lastCall?: string;
  /** Present while the synchronisation ends. */
  readonly ending?: EndingView & { readonly left: Readonly<Record<string, number>> };
  /** Absent from endpoints of older versions. */
  readonly clients?: readonly SeenClient[];
}

interface SeenClient {
  readonly client: string;
  readonly name: string;
  readonly sign: string;
  readonly fits: boolean;
  readonly advice?: string;
}

/** The command that shows the state of a tenant. */
export const statusCommands = [
  command({
    name: 'status',
    takes: ['tenant'],
    summary: 'Counts the users, groups and accounts of a tenant, and shows its client and the last call.',
    example: 'status Contoso',
    async run(session, { tenant: reference }) {
      const tenant = await findTenant(session, reference);
      const status = await session.api.get<StatusView>(at`/tenants/${tenant.id}/status`);
      session.output.result(status, () => describeStatus(tenant, status, session.now()));
    },
  }),
];

function describeStatus(tenant: TenantView, status: StatusView, now: number): string {
  const { users, groups, accounts, seats, lastCall, ending, clients = [] } = status;
  const counted = Object.entries(accounts).filter(([, number]) => number > 0);
  return toFields([
    ['Tenant', `${tenant.name} (${tenant.identifier}, ${tenant.id})`],
    ['Tenant URL', tenant.tenantUrl],
    ['Endpoint', tenant.enabled ? 'enabled' : 'disabled: it refuses every request'],
    ['Users', String(users)],
    ['Groups', String(groups)],
    ['Accounts', counted.map(([state, number]) => `${number} ${state}`).join(', ') || 'none'],
    ['Seats', seats.limit === null ? `${seats.used} used, no limit` : `${seats.used} of ${seats.limit} used`],
    ['Last call', lastCall === undefined ? 'never' : showTime(lastCall, now)],
    ['Synchronisation', ending && describeEnding(ending, now)],
    ['Profile', tenant.policy.endpoint.profile],
    ...clients.map((client) => ['Client', describeClient(tenant, client)] as const),
  ]);
}

function describeEnding({ until, left }: NonNullable<StatusView['ending']>, now: number): string {
  const counted = Object.entries(left).filter(([, number]) => number > 0);
  const inWords = ([name, number]: [string, number]) =>
    `${number} ${number === 1 ? name.slice(0, -1) : name}`;
  const numbers = counted.map(inWords).join(', ') || 'nothing';
  return `ending, ${numbers} left; a new one can begin after ${showTime(until, now)}`;
}

function describeClient(
  { identifier, policy }: TenantView,
  { client, name, sign, fits, advice }: SeenClient,
): string {
  const seen = `this looks like ${name} (${sign})`;
  if (advice === undefined) return seen;
  const fault = fits ? '' : `, and the profile ${policy.endpoint.profile} does not fit`;
  const remedy = typed(`tenants edit ${identifier} --set endpoint.profile=${client}`);
  return `${seen}${fault}: set the profile with ${remedy}`;
}
