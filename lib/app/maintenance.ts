import { countAccounts } from '../accounts/list-accounts.ts';
import { maintainAccounts } from '../accounts/maintenance.ts';
import { settleAccounts } from '../accounts/settle.ts';
import { deliverRecords } from '../audit/deliver-records.ts';
import { once } from '../base/once.ts';
import { maintainDirectory } from '../directory/maintenance.ts';
import type { Actor } from '../directory/scope.ts';
import { createCost } from '../http/request-cost.ts';
import { expireKeys, type KeyWarning } from '../keys/expire-keys.ts';
import { readKeyRecord } from '../keys/key-record.ts';
import { mailChange } from '../mail/mail-document.ts';
import { openSender } from '../mail/open-sender.ts';
import { loadTemplates } from '../mail/templates.ts';
import { type MailLine, sendMails } from '../notifications/send-mails.ts';
import { commitOnce } from '../store/commit-once.ts';
import type { DocumentStore, Meter } from '../store/document-store.ts';
import { purgeLateData } from '../tenants/purge-late-data.ts';
import { purgeTenants } from '../tenants/remove-tenant.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { registry } from '../tenants/tenant-documents.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { reviewClaims } from '../tenants/trust-registry.ts';
import { endSynchronizations } from './end-synchronizations.ts';
import { follow } from './follow-up.ts';
import { removeLateWrites } from './remove-late-writes.ts';
import { catalogue, config, log, now, services } from './services.ts';

type Job = () => Promise<void>;

/**
 * Finishes work that requests began, and counts the records of changes in their runs. The jobs run one after the other,
 * also after one has failed. It is safe to run twice or beside requests. It logs one line with what was done.
 *
 * Throws an Error if a job failed, so that the host counts the run as failed. The message quotes no value.
 */
export async function maintain(): Promise<void> {
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
  const { store: unmetered, tenants, secrets, keys, newId, ...scopes } = await services();
  const store = unmetered.metered(cost);
  const timer: Actor = { credential: 'timer', requestId: newId() };
  // Changes that the timer completes write records that name the users concerned. Delivering those settles the
  // accounts.
  const workOf = (actor: Actor) => ({ actor, cost, concern: () => undefined });
  const { retrieve } = purgingTenants(store, tenants);
  const directoryOf = async (tenantId: string) => {
    const tenant = await retrieve(tenantId);
    return tenant && scopes.directoryOf(tenant, workOf(timer));
  };
  const accountsOf = async (tenantId: string, actor = timer) => {
    const tenant = await retrieve(tenantId);
    return tenant?.policy.accounts.enabled ? scopeFor(tenant, actor) : undefined;
  };
  const scopeFor = (tenant: Tenant, actor: Actor) => scopes.accountsOf(tenant, workOf(actor));
  const policyOf = async (tenantId: string) => (await retrieve(tenantId))?.policy;
  const { remove: removeKey } = keys;
  const listed = async (tenantId: string) => (await tenants.retrieveFresh(tenantId))?.policy.trusts ?? [];
  return [
    () => maintainDirectory({ store, now, done, directoryOf }),
    // Before the accounts are settled, because a record may ask for it.
    () =>
      deliverRecords({
        store,
        now,
        done,
        policyOf,
        daysOf: async (tenantId) =>
          tenantId === registry.tenantId ? config.tenantAuditDays : (await policyOf(tenantId))?.audit.days,
        removeLateWrites: (tenantId, records) =>
          removeLateWrites({ retrieve, accountsOf: scopeFor, catalogue, timer }, tenantId, records),
        follow: (cause, followUp) => follow({ tenants, keys, accountsOf: scopeFor }, cause, followUp),
        async settle({ tenantId, ...actor }, users) {
          const scope = await accountsOf(tenantId, actor);
          if (scope) await settleAccounts(scope, users);
        },
        lastUseOf: async (keyId) => (await readKeyRecord(store, keyId))?.lastUsed,
        async beyondLicence(tenantId) {
          const scope = await accountsOf(tenantId);
          return scope ? countAccounts(scope, { hold: 'noLicence' }) : 0;
        },
      }),
    () => maintainAccounts({ store, now, done, accountsOf }),
    () =>
      expireKeys({
        store,
        now,
        done,
        secrets,
        holders: tenants,
        warn: async (warning) => warn(store, await tenants.retrieve(warning.tenantId), warning),
        removeKey,
      }),
    () => reviewClaims({ store, now, done, listed }),
    () => endSynchronizations({ store, now, done, tenants, catalogue, removeKey, accountsOf: scopeFor }),
    () => purgeTenants({ store, now, done, removeKey, finishRemoval: tenants.finishRemoval }),
  ];
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

/** Warns operators in the log, and the tenant's administrators by mail. */
async function warn(
  store: DocumentStore,
  tenant: Tenant | undefined,
  { tenantId, keyId: key, expires, days }: KeyWarning,
): Promise<void> {
  const end = new Date(expires).toISOString();
  log('warning', { event: 'key-expiry', tenant: tenantId, credential: key, expires: end });
  const { administrators = [], administratorRoles = [] } = tenant?.policy.notifications ?? {};
  if (administrators.length + administratorRoles.length === 0) return;
  const mail = mailChange({ tenantId, now }, { template: 'keyExpiry', key, days }, `key:${key}:${days}`);
  await commitOnce(store, { container: 'users', tenantId }, [mail]);
}

const templates = loadTemplates(config.templatesFolder);

const openMailSender = once(async () => {
  if (config.mail) return openSender(config.mail, now);
  log('information', {
    event: 'mails',
    message: 'No mails are sent: set MAIL_SMTP_URL or MAIL_ACS_ENDPOINT',
  });
  return undefined;
});

/** Sends the mails that are due; safe to run twice. */
export async function deliverMails(): Promise<void> {
  const { store, links, ...known } = await services();
  const sender = await openMailSender();
  const tenants = purgingTenants(store, known.tenants);
  await sendMails({ store, tenants, templates, links, now, sender, log: logMail });
}

function logMail(line: MailLine): void {
  const isTrouble = line.state !== 'sent' && line.state !== 'skipped';
  log(isTrouble ? 'warning' : 'information', { event: 'mail', ...line });
}
