import { maintainAccounts } from '../accounts/maintenance.ts';
import { deliverRecords } from '../audit/deliver-records.ts';
import { once } from '../base/once.ts';
import { maintainDirectory } from '../directory/maintenance.ts';
import { createCost } from '../http/request-cost.ts';
import { expireKeys, type KeyWarning } from '../keys/expire-keys.ts';
import { mailChange, mailKind } from '../mail/mail-document.ts';
import { openSender } from '../mail/open-sender.ts';
import type { MailServices } from '../notifications/compose.ts';
import { type MailLine, sendMails } from '../notifications/send-mails.ts';
import { commitOnce } from '../store/commit-once.ts';
import { type Container, containers, type DocumentStore, type Meter } from '../store/document-store.ts';
import type { TimerRun } from '../store/due-jobs.ts';
import { dueTogether } from '../store/due-together.ts';
import { isSweepDue } from '../store/work-mark.ts';
import { allTenants } from '../tenants/app-keys.ts';
import { purgeLateData } from '../tenants/purge-late-data.ts';
import { purgeTenants } from '../tenants/remove-tenant.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { registry } from '../tenants/tenant-documents.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { reviewClaims } from '../tenants/trust-registry.ts';
import { dueKinds } from './due-kinds.ts';
import { endSynchronizations } from './end-synchronizations.ts';
import { deliveryOf } from './record-delivery.ts';
import { services } from './services.ts';
import { catalogue, config, log, now, templates } from './start.ts';
import { timerScopes } from './timer-scopes.ts';

type Job = () => Promise<void>;

let lastRun: Promise<unknown> = Promise.resolve();

/**
 * Finishes work that requests began, counts the records of changes in their runs, and sends mails. It is safe to run
 * twice or beside requests. Within this process, a run waits for the one before it.
 *
 * Throws an Error if a job failed, so that the host counts the run as failed. The message quotes no value.
 */
export function maintain(): Promise<void> {
  const run = lastRun.then(sweep);
  lastRun = run.catch(() => undefined);
  return run;
}

/** Does the same if work was marked lately. Rejects with a StoreError too. */
export async function maintainSoon(): Promise<void> {
  const { store } = await services();
  if (await isSweepDue(store, now())) await maintain();
}

/** Runs the jobs one after the other, also after one has failed, and logs one line with what was done. */
async function sweep(): Promise<void> {
  const started = now();
  const cost = createCost();
  const done: Record<string, number> = {};
  const failures: unknown[] = [];
  const fail = (thrown: unknown) =>
    void failures.push(...(thrown instanceof AggregateError ? thrown.errors : [thrown]));
  const jobs = await openJobs(cost, (kind) => {
    done[kind] = (done[kind] ?? 0) + 1;
  }).catch(fail);
  for (const job of jobs ?? []) await job().catch(fail);
  if (Object.keys(done).length > 0) await markRest(cost).catch(fail);
  log(failures.length > 0 ? 'error' : 'information', {
    event: 'maintenance',
    milliseconds: now() - started,
    done,
    failures: failures.length,
    cause: failures.length > 0 ? new AggregateError(failures) : undefined,
    ...cost.totals(),
  });
  if (failures.length > 0)
    throw new Error('Maintenance failed: the line "maintenance" of the log has the cause');
}

/** Makes the jobs. They call `done` with the kind of each document that they finish. */
async function openJobs(cost: Meter, done: (kind: string) => void): Promise<readonly Job[]> {
  const { store: shared, writesIn, tenants, secrets, keys, links, openWebhooks } = await services();
  const { webhooks } = await openWebhooks();
  const removeWebhooks = (tenantId: string) => webhooks.removeTenant(tenantId);
  const store = dueTogether(shared.metered(cost), { kinds: dueKinds, writesIn });
  const scopes = await timerScopes(purgingTenants(store, tenants).retrieve, cost);
  const { retrieve, directoryOf, scopeFor, accountsOf } = scopes;
  const delivery = await deliveryOf(store, scopes);
  const { remove: removeKey } = keys;
  const listed = async (tenantId: string) => (await tenants.retrieveFresh(tenantId))?.policy.trusts ?? [];
  const run = { store, now, done };
  return [
    () => maintainDirectory({ ...run, directoryOf }),
    // Before the accounts are settled, because a record may ask for it.
    () => deliverRecords({ ...delivery, done }),
    () => maintainAccounts({ ...run, accountsOf }),
    () =>
      expireKeys({
        ...{ ...run, secrets, holders: tenants, removeKey },
        warn: async (warning) => warn(store, await tenants.retrieve(warning.tenantId), warning),
      }),
    () => reviewClaims({ ...run, listed }),
    () => endSynchronizations({ ...run, tenants, catalogue, removeKey, accountsOf: scopeFor }),
    () => purgeTenants({ ...run, removeKey, finishRemoval: tenants.finishRemoval, removeWebhooks }),
    () => webhooks.runDue(run),
    // Last, because a mail server may take long to answer.
    () => sendDueMails({ ...run, tenants: { retrieve }, links }),
  ];
}

async function sendDueMails(run: Omit<MailServices, 'templates'> & Required<TimerRun>): Promise<void> {
  const log = (line: MailLine) => {
    logMail(line);
    if (line.state !== 'waiting') run.done(mailKind);
  };
  await sendMails({ ...run, templates, sender: await openMailSender(), log });
}

/** Marks work that a run has left because its time was over, or that its own writes have made due. */
async function markRest(cost: Meter): Promise<void> {
  const { store, markWork } = await services();
  const isDue = async (container: Container) =>
    dueKinds[container].length > 0 &&
    (await store.metered(cost).due(container, dueKinds[container], { before: now(), limit: 1 })).length > 0;
  for (const container of containers) if (await isDue(container)) return markWork();
}

/**
 * Finds the tenants of documents that are due. One that does not exist is purged: what is due was written after its
 * purge had ended, and so may be what is not.
 */
function purgingTenants(
  store: DocumentStore,
  tenants: Pick<Tenants, 'retrieve' | 'retrieveFresh'>,
): Pick<Tenants, 'retrieve'> {
  const purged = new Set<string>();
  return {
    async retrieve(tenantId) {
      const known = await tenants.retrieve(tenantId);
      // A new synchronisation may have begun since: its accounts and mails must not be left out.
      const tenant = known?.ending ? await tenants.retrieveFresh(tenantId) : known;
      if (!tenant && tenantId !== registry.tenantId && !purged.has(tenantId)) {
        purged.add(tenantId);
        await purgeLateData(store, tenantId, now());
      }
      return tenant;
    },
  };
}

/** Warns operators in the log and, of the keys that a tenant's administrators use, also those by mail. */
async function warn(
  store: DocumentStore,
  tenant: Tenant | undefined,
  { tenantId, keyId: key, kind, expires, days }: KeyWarning,
): Promise<void> {
  const end = new Date(expires).toISOString();
  const named = tenantId === allTenants ? undefined : tenantId;
  log('warning', { event: 'key-expiry', tenant: named, credential: key, expires: end });
  // The key of a product is the operators' affair, and the customer's administrators could not replace it.
  if (kind === 'app') return;
  const { administrators = [], administratorRoles = [] } = tenant?.policy.notifications ?? {};
  if (administrators.length + administratorRoles.length === 0) return;
  const mail = mailChange({ tenantId, now }, { template: 'keyExpiry', key, days }, `key:${key}:${days}`);
  await commitOnce(store, { container: 'users', tenantId }, [mail]);
}

const openMailSender = once(async () => {
  if (config.mail) return openSender(config.mail, now);
  log('information', {
    event: 'mails',
    message: 'No mails are sent: set MAIL_SMTP_URL or MAIL_ACS_ENDPOINT',
  });
  return undefined;
});

function logMail(line: MailLine): void {
  const isTrouble = line.state !== 'sent' && line.state !== 'skipped';
  log(isTrouble ? 'warning' : 'information', { event: 'mail', ...line });
}
