import { findTenant } from '../api/find-tenant.ts';
import { readAll } from '../api/pages.ts';
import { at } from '../api/path.ts';
import { choice, command } from '../command.ts';
import { describeDocument, inOneLine } from '../terminal/describe.ts';
import { type Columns, toTable } from '../terminal/table.ts';
import { showTime } from '../terminal/times.ts';

/** A mail; the table shows its other fields as details. */
interface MailView {
  readonly id: string;
  readonly template: string;
  readonly state: string;
  readonly attempts: number;
  readonly reason?: string;
  readonly next?: string;
}

const columnsAt = (now: number): Columns<MailView> => ({
  Id: ({ id }) => id,
  Template: ({ template }) => template,
  State: ({ state }) => state,
  Reason: ({ reason }) => reason,
  Attempts: ({ attempts }) => String(attempts),
  Next: ({ next }) => next && showTime(next, now),
  Details: ({ id: _, template: __, state: ___, attempts: ____, reason: _____, next: ______, ...rest }) =>
    inOneLine(rest),
});

/** The commands on mails. */
export const mailCommands = [
  command({
    name: 'mails list',
    takes: ['tenant'],
    summary: 'Lists mails and their states.',
    example: 'mails list Contoso --state failed',
    options: {
      state: choice('--state <state>', 'only mails in this state', [
        ...(['waiting', 'sending', 'sent', 'unknown', 'failed', 'skipped'] as const),
      ]),
    },
    async run(session, { tenant, state }) {
      const { id } = await findTenant(session, tenant);
      const list = { path: at`/tenants/${id}/mails`, name: 'mails', query: { state } };
      const mails = await readAll<MailView>(session, list);
      session.output.result({ mails }, () =>
        mails.length === 0 ? 'There are no such mails.' : toTable(mails, columnsAt(session.now())),
      );
    },
  }),
  command({
    name: 'mails send',
    takes: ['tenant', 'mail'],
    summary: 'Sends a mail again, unless it is about to be sent. Its link is a new one.',
    example: 'mails send Contoso $MAIL',
    async run(session, { tenant, mail }) {
      const { id } = await findTenant(session, tenant);
      const sent = await session.api.post<MailView>(at`/tenants/${id}/mails/${mail}/send`);
      session.output.result(sent, () => describeDocument(sent));
    },
  }),
];
