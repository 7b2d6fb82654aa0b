import * as z from 'zod';
import { requireAccount } from '../accounts/hand-made.ts';
import { readAccount } from '../accounts/links.ts';
import { accountPartition } from '../accounts/scope.ts';
import { limits } from '../base/limits.ts';
import { recordChanges } from '../directory/records.ts';
import { type MailDocument, type MailState, mailChange, mailKind } from '../mail/mail-document.ts';
import { readMail, renewMail } from '../mail/outbox.ts';
import { conflict, notFound } from '../scim/errors.ts';
import type { Condition } from '../scim/filter/condition.ts';
import { accountsOf } from './manage-accounts.ts';
import { manageRow, requireTenant } from './row.ts';
import { accountView, instant, pageOf, pageQuery } from './views.ts';

const states = ['waiting', 'sending', 'sent', 'unknown', 'failed', 'skipped'] as const satisfies readonly (
  | 'waiting'
  | MailState
)[];

const mailView = z
  .object({
    id: z.string(),
    template: z.enum(['invitation', 'welcome', 'passwordLink', 'runReport', 'keyExpiry']),
    state: z.enum(states),
    attempts: z.int(),
    reason: z.string().optional().describe('Reason for the state: a word, or the code of a response.'),
    next: z.iso.datetime().optional().describe('Time at which the timer handles it next.'),
  })
  .catchall(z.unknown());

const linkView = z.object({
  purpose: z.enum(['activation', 'password']),
  expired: z.boolean(),
  tenant: z.string(),
  account: z.string(),
  state: accountView.shape.state,
  user: z.string().optional().describe('The SCIM user that the account follows.'),
  login: z.string().optional(),
});

/** The operations on mails and on the links in them. */
export const mailRows = [
  manageRow({
    name: 'manage-mails-list',
    method: 'GET',
    template: 'tenants/{tenant}/mails',
    summary: 'Lists mails and their states, in the order of their ids; `state` selects some of them.',
    query: pageQuery.extend({ state: z.enum(states).optional() }),
    answer: pageOf('mails', mailView),
    async run(context, { params, query: { state, after } }) {
      const tenant = await requireTenant(context, params);
      const page = await context.directoryOf(tenant).store.query({
        container: 'users',
        tenantId: tenant.id,
        kind: mailKind,
        where: state && isInState(state),
        after,
        limit: limits.pageSizeDefault,
      });
      const mails = page.documents.map(({ document }) => viewMail(document as MailDocument));
      return { mails, next: page.more ? page.documents.at(-1)?.document.id : undefined };
    },
  }),
  manageRow({
    name: 'manage-mails-send',
    method: 'POST',
    template: 'tenants/{tenant}/mails/{mail}/send',
    summary: 'Sends a mail again, unless it is about to be sent. Its link is a new one.',
    status: 202,
    answer: mailView,
    async run(context, { params }) {
      const tenant = await requireTenant(context, params);
      const directory = context.directoryOf(tenant);
      const { store, now } = directory;
      const key = { tenantId: tenant.id, id: params.mail };
      const mail = await readMail({ store }, key);
      if (!mail) throw notFound('The tenant has no mail with this id: GET …/mails lists them');
      const { state, id } = mail.document;
      const record = recordChanges(directory, { name: 'Mail' }, { operation: 'send', id });
      const isOver = state !== undefined && state !== 'sending';
      if (!isOver || !(await renewMail({ store, now }, mail, record))) {
        throw conflict('The mail is about to be sent: read its state again in a minute');
      }
      const renewed = await readMail({ store }, key);
      return viewMail((renewed ?? mail).document);
    },
  }),
  manageRow({
    name: 'manage-invitations-send',
    method: 'POST',
    template: 'tenants/{tenant}/accounts/{account}/invitation',
    summary: 'Sends a new invitation to the owner of an account, however long ago the last one was.',
    status: 202,
    answer: mailView,
    async run(context, { params }) {
      const scope = await accountsOf(context, params);
      const { state } = (await requireAccount(scope, params.account)).document;
      if (state !== 'invited') {
        throw conflict(`The account is ${state}: only an account in the state invited gets an invitation`);
      }
      if (!scope.policy.notifications.invitation) {
        throw conflict('The tenant sends no invitations: set notifications.invitation in its policy to true');
      }
      const { directory } = scope;
      const occasion = { template: 'invitation', account: params.account } as const;
      const mail = mailChange(directory, occasion, directory.newId());
      await directory.store.commit(accountPartition(scope), [
        mail,
        ...recordChanges(directory, { name: 'Mail' }, { operation: 'send', id: mail.document.id }),
      ]);
      return viewMail(mail.document as MailDocument);
    },
  }),
  manageRow({
    name: 'manage-links-open',
    method: 'POST',
    template: 'links',
    summary: 'Reads the token of a link in a mail, for a page of the product.',
    body: z.strictObject({ token: z.string().max(2_000) }),
    answer: linkView,
    async run(context, { body: { token } }) {
      for (const purpose of ['activation', 'password'] as const) {
        const content = await context.links.openToken(purpose, token);
        const tenant = content && (await context.tenants.retrieve(content.tenant));
        const stored = tenant && (await readAccount(context.accountsOf(tenant), content.account));
        if (!stored || !content.isFor(stored.document)) continue;
        const { state, user, login } = stored.document;
        const { isExpired: expired, account } = content;
        return { purpose, expired, tenant: tenant.id, account, state, user, login };
      }
      throw notFound('Property token does not belong to a link of an existing account: ask for a new mail');
    },
  }),
];

/** Builds the condition for a state. A waiting mail has no state in its document, which counts as null. */
function isInState(state: (typeof states)[number]): Condition {
  return { kind: 'compare', path: ['state'], op: 'eq', value: state === 'waiting' ? null : state };
}

function viewMail({ tenantId: _, kind: __, expires: ___, due, ...mail }: MailDocument): object {
  return { state: 'waiting', ...mail, next: due === undefined ? undefined : instant(due) };
}
