import { limits } from '../../lib/base/limits.ts';
import { containers } from '../../lib/store/document-store.ts';
import { stalenessFactor } from './charges.ts';
import type { Measured, Units } from './measured.ts';
import { assumed, documented, prices } from './prices.ts';

/** The database's cost in dollars, for each way to pay for it. */
export interface DatabaseBill {
  readonly serverless: number;
  /** `least` is for the floor all the time, `most` for the maximum whenever there is something to do. */
  readonly autoscale: { readonly least: number; readonly most: number };
  readonly provisioned: number;
}

/** The effort and cost of provisioning users for the first time, with their managers, groups and memberships. */
export interface InitialCycle {
  readonly requests: number;
  readonly units: number;
  readonly hours: number;
  readonly database: DatabaseBill;
  readonly functions: number;
  readonly logs: number;
}

export interface Month {
  readonly requests: number;
  /** Request units for changes, and for the timers when there is nothing to do. */
  readonly units: { readonly changes: number; readonly timer: number };
  readonly database: DatabaseBill;
  readonly storage: number;
  readonly functions: number;
  readonly vault: number;
  readonly logs: number;
}

/** Request units under the consistency that the infrastructure sets. */
export function unitsOf({ reads, recent = 0, writes }: Units): number {
  return stalenessFactor * reads + recent + writes;
}

export function initialCycle(measured: Measured, users: number): InitialCycle {
  const scale = users / measured.users;
  const requests = scale * sum(measured.initial.map((phase) => phase.requests));
  const { initial, delivery, feed } = measured;
  const units = scale * sum([...initial, delivery, feed].map(unitsOf));
  const hours = (users * assumed.minutesPerUser) / 60;
  const { autoscaleMinimum, autoscaleFloor } = documented;
  const database = {
    serverless: unitsPrice(units),
    // The monthly bill already includes the floor and the provisioned throughput.
    autoscale: { least: 0, most: hours * autoscalePrice(autoscaleMinimum * (1 - autoscaleFloor)) },
    provisioned: 0,
  };
  const functions = functionsPrice({ seconds: hours * 3_600, executions: requests });
  return { requests, units, hours, database, functions, logs: logsPrice(measured, requests) };
}

/** The request units per second for 25 requests per second of the initial cycle. */
export function unitsPerSecond(measured: Measured): number {
  const { requests, units } = initialCycle(measured, measured.users);
  return (units / requests) * documented.requestsPerSecond;
}

/** A month of incremental cycles after the initial one. */
export function month(measured: Measured, users: number): Month {
  const changes = monthlyChanges(measured, users);
  const cycles = Math.floor((assumed.hoursPerMonth * 60) / documented.cycleMinutes);
  const busyCycles = Math.min(cycles, Math.round(changes.objects));
  const units = {
    changes: changes.units + busyCycles * (unitsOf(assumed.wakeUp) + unitsOf(measured.mark)),
    timer: timerUnits(measured, busyCycles),
  };
  const seconds = Math.max(
    busyCycles * documented.secondsPerExecution,
    changes.requests * assumed.secondsPerRequest,
  );
  return {
    requests: changes.requests,
    units,
    database: monthlyBill(measured, units.changes + units.timer, Math.min(busyCycles, assumed.hoursPerMonth)),
    storage: gigabytes(measured, users) * prices.perGigabyteAndMonth,
    functions: functionsPrice({
      seconds: seconds + timerRuns * documented.secondsPerExecution,
      executions: changes.requests + timerRuns,
    }),
    vault: ((busyCycles * assumed.wakeUp.secrets) / 10_000) * prices.per10000Secrets,
    logs: logsPrice(measured, changes.requests + timerRuns),
  };
}

const minutes = assumed.hoursPerMonth * 60;
/** The timer runs every minute to look if there is work, and every 15 minutes in any case. */
const timerRuns = minutes + minutes / 15;
const markMinutes = limits.workMarkSeconds / 60;

/** The request units of the timer in a month with so many cycles that change something, by default in an idle one. */
export function timerUnits({ look, idle }: Measured, busyCycles = 0): number {
  const gap = Math.min(minutes / busyCycles, limits.quietSeconds / 60 + markMinutes);
  const active = Math.min(gap, limits.activeSeconds / 60 + markMinutes);
  const quiet = (gap - active) / limits.quietSweepMinutes;
  // A sweep that has done something queries once more. One counts the records, and a later one looks at new keys.
  const sweeps = minutes / 15 + (busyCycles > 0 ? busyCycles * (active + quiet + 2) : 0);
  return minutes * unitsOf(look) + sweeps * unitsOf(idle);
}

interface Changes {
  readonly objects: number;
  readonly requests: number;
  readonly units: number;
}

/** The client's requests in a month for users who join, change, join a group and leave. */
function monthlyChanges(measured: Measured, users: number): Changes {
  const { joiningShare, changedShare, movedShare, leavingShare } = assumed;
  const joining = initialCycle(measured, users * joiningShare);
  const kinds: readonly (readonly [share: number, records: number, kinds: readonly string[]])[] = [
    [changedShare, 1, ['GET /Users/{id}', 'PATCH user: several attributes']],
    [movedShare, 1, ['GET /Groups?filter=id eq and members eq', 'PATCH group: add members']],
    [leavingShare, 2, ['GET /Users/{id}', 'PATCH user: disable', 'DELETE /Users/{id}']],
  ];
  const { delivery, feed } = measured;
  const perRecord = (unitsOf(delivery) + unitsOf(feed)) / delivery.records;
  const parts = kinds.map(([share, records, names]) => ({
    requests: users * share * names.length,
    units:
      users * share * (sum(names.map((name) => unitsOf(requestOf(measured, name)))) + records * perRecord),
  }));
  const windDown = (users * leavingShare * unitsOf(measured.windDown)) / measured.windDown.users;
  return {
    objects: users * (joiningShare + changedShare + movedShare + leavingShare),
    requests: joining.requests + sum(parts.map(({ requests }) => requests)),
    units: joining.units + sum(parts.map(({ units }) => units)) + windDown,
  };
}

function requestOf(measured: Measured, kind: string): Units {
  const found = measured.requests.find((request) => request.kind === kind);
  if (!found) throw new Error(`No request "${kind}" was measured`);
  return found;
}

function monthlyBill(measured: Measured, units: number, busyHours: number): DatabaseBill {
  const { autoscaleMinimum, autoscaleFloor } = documented;
  const floor = autoscalePrice(autoscaleMinimum * autoscaleFloor);
  const least = assumed.hoursPerMonth * floor;
  return {
    serverless: unitsPrice(units),
    autoscale: { least, most: least + busyHours * (autoscalePrice(autoscaleMinimum) - floor) },
    provisioned: assumed.hoursPerMonth * provisionedPrice(throughputFor(measured)),
  };
}

/** The request units per second to provision so that Cosmos DB throttles nothing in the initial cycle. */
export function throughputFor(measured: Measured): number {
  return Math.max(documented.provisionedMinimum, Math.ceil(unitsPerSecond(measured) / 100) * 100);
}

/** The storage of a directory in gigabytes, including the audit trail of its initial cycle. */
function gigabytes({ documents, users: measuredUsers }: Measured, users: number): number {
  const kept = documents.filter(({ kind }) => kind !== 'receipt');
  const bytes =
    (users / measuredUsers) * sum(kept.map((one) => one.count * one.bytes)) * (1 + assumed.indexShare);
  return Math.max(containers.length * documented.gigabytesPerContainer, bytes / 2 ** 30);
}

function functionsPrice({ seconds, executions }: { seconds: number; executions: number }): number {
  const { perGigabyteSecond, perMillionExecutions } = prices;
  const memory = seconds * assumed.instanceGigabytes * perGigabyteSecond;
  return memory + (executions / 1e6) * perMillionExecutions;
}

function logsPrice({ logBytes }: Measured, lines: number): number {
  return ((lines * (logBytes + assumed.telemetryBytes)) / 2 ** 30) * prices.perGigabyteOfLogs;
}

const unitsPrice = (units: number) => (units / 1e6) * prices.perMillionUnits;
const provisionedPrice = (perSecond: number) => (perSecond / 100) * prices.per100UnitsPerSecondAndHour;
const autoscalePrice = (perSecond: number) => provisionedPrice(perSecond) * prices.autoscaleFactor;
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
