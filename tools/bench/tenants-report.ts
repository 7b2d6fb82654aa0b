import { median, percentile } from './measure.ts';
import type { Table } from './report.ts';
import type { TenantsOptions, TenantsPair, TenantsRound } from './tenants.ts';

/** The highest ratio accepted of the others' p99 beside a tenant that sends too many to their p99 without it. */
const raiseAim = 1.5;
const p99 = ({ latencies }: TenantsRound) => percentile(latencies, 0.99);

/** The times of the tenants that keep to their rate, and whether the other one has slowed them. */
export function judgeTenants(
  pairs: readonly TenantsPair[],
  { tenants, rate, loud }: TenantsOptions,
): { readonly table: Table; readonly sentence: string; readonly isMet: boolean } {
  const alone = pairs.map(([round]) => round);
  const beside = pairs.map(([, round]) => round);
  const raise = median(pairs.map(([one, other]) => p99(other) / p99(one)));
  const errors = [...alone, ...beside].reduce((sum, { statuses }) => sum + errorsIn(statuses), 0);
  const refused = beside.reduce((sum, { loud: statuses }) => sum + (statuses.get(429) ?? 0), 0);
  const row = (name: string, rounds: readonly TenantsRound[]) => [
    name,
    ...[0.5, 0.95, 0.99].map((share) =>
      median(rounds.map(({ latencies }) => percentile(latencies, share))).toFixed(1),
    ),
  ];
  const isMet = errors === 0 && raise <= raiseAim;
  return {
    table: {
      header: [`${tenants} tenants, ${rate} requests a second each`, 'p50 ms', 'p95 ms', 'p99 ms'],
      rows: [row('alone', alone), row(`beside one that sends ${loud} a second`, beside)],
    },
    sentence:
      `${errors} of their requests were answered with an error; beside the other tenant their p99 is ` +
      `${raise.toFixed(2)} times as high (at most ${raiseAim}: ${raise <= raiseAim ? 'met' : 'missed'}). ` +
      `It was answered with 429 ${refused} times.`,
    isMet,
  };
}

function errorsIn(statuses: ReadonlyMap<number, number>): number {
  return [...statuses].reduce((sum, [status, count]) => sum + (status < 300 ? 0 : count), 0);
}
