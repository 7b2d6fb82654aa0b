import { limits } from '../limits.ts';
import { type MailDocument, type MailState, mailKind } from '../notifications/mail-document.ts';
import { readMail, renewMail } from '../notifications/outbox.ts';
import { ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Tenants } from '../tenants/tenants.ts';
import type { DirectoryOf } from './manage-members.ts';

interface MailParts {
  readonly tenants: Pick<Tenants, 'retrieve'>;
  readonly directoryOf: DirectoryOf;
}

const states = ['sending', 'sent', 'unknown', 'failed', 'skipped'] as const satisfies readonly MailState[];

/** Lists a page of a tenant's mails in the order of their ids, as `{mails, next?}`; of one state where one is given. */
export const listMails =
  (parts: MailParts) =>
  async ({ tenantId, state, after }: ListMailsInput): Promise<JsonObject> => {
    if (state !== undefined && !states.some((one) => one === state)) {
      throw new ScimError('invalidValue', {
        detail: `Query parameter state must be one of ${states.join(', ')}`,
      });
    }
    const { store } = await directoryIn(parts, tenantId);
    const page = await store.query({
      ...{ container: 'users', tenantId, kind: mailKind, limit: limits.pageSizeDefault },
      ...(state !== undefined && { where: { kind: 'compare', path: ['state'], op: 'eq', value: state } }),
      ...(after !== undefined && { after }),
    });
    const mails = page.documents.map(({ document }) => mailView(document as MailDocument));
    const next = page.more ? page.documents.at(-1)?.document.id : undefined;
    return { mails, ...(next === undefined ? {} : { next }) };
  };

interface ListMailsInput {
  readonly tenantId: string;
  readonly state?: string | undefined;
  readonly after?: string | undefined;
}

/** Sends a mail again that has ended, whatever its end was; its link is a new one. Answers the mail. */
export const sendMailAgain =
  (parts: MailParts) =>
  async ({ tenantId, mailId: id }: { tenantId: string; mailId: string }): Promise<JsonObject> => {
    const { store, now } = await directoryIn(parts, tenantId);
    const mail = await readMail({ store }, { tenantId, id });
    if (!mail) throw new ScimError('notFound', { detail: 'The tenant has no mail with this id' });
    const { state } = mail.document;
    const isOver = state !== undefined && state !== 'sending';
    if (!isOver || !(await renewMail({ store, now }, mail))) {
      throw new ScimError('conflict', {
        detail: 'The mail is about to be sent: look at it again in a while',
      });
    }
    const renewed = await readMail({ store }, { tenantId, id });
    return renewed ? mailView(renewed.document) : {};
  };

async function directoryIn({ tenants, directoryOf }: MailParts, tenantId: string) {
  const tenant = await tenants.retrieve(tenantId);
  if (!tenant) throw new ScimError('notFound', { detail: 'There is no tenant of this id' });
  return directoryOf(tenant);
}

function mailView({ tenantId: _, kind: __, expires: ___, due, ...mail }: MailDocument): JsonObject {
  const next = due === undefined ? {} : { next: new Date(due).toISOString() };
  return { state: 'waiting', ...mail, ...next } as JsonObject;
}
