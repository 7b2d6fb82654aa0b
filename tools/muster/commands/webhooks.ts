import { findTenant } from '../api/find-tenant.ts';
import { at } from '../api/path.ts';
import { command, flag, several, text, wholeNumber } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { openSecretFile } from '../secret-file.ts';
import type { Session } from '../session.ts';
import { describeDocument } from '../terminal/describe.ts';
import { type Columns, toFields, toTable } from '../terminal/table.ts';
import { parseSince, showTime } from '../terminal/times.ts';
import { typed } from '../typed.ts';

interface WebhookView {
  readonly id: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly ordered: boolean;
  readonly state: string;
  readonly reason?: string;
  readonly failures: number;
  readonly secrets: readonly { readonly publicKey: string }[];
}

interface NewSecretView extends WebhookView {
  readonly secret: string;
}

interface Attempt {
  readonly event: string;
  readonly type: string;
  readonly feed: string;
  readonly at: string;
  readonly attempt?: number;
  readonly status?: number;
  readonly error?: string;
  readonly milliseconds: number;
  readonly answer: string;
}

const columns: Columns<WebhookView> = {
  Id: ({ id }) => id,
  Address: ({ url }) => url,
  Events: ({ types }) => (types.length === 0 ? 'all' : types.join(' ')),
  Ordered: ({ ordered }) => (ordered ? 'yes' : 'no'),
  State: ({ state, reason }) => (reason === undefined ? state : `${state}: ${reason}`),
  Failures: ({ failures }) => String(failures),
};

const attemptColumns = (now: number): Columns<Attempt> => ({
  Time: ({ at: time }) => showTime(time, now),
  Event: ({ event }) => event,
  Type: ({ type }) => type,
  Attempt: ({ attempt }) => (attempt === undefined ? 'by hand' : String(attempt)),
  Result: ({ status, error }) => (status === undefined ? error : String(status)),
  Milliseconds: ({ milliseconds }) => String(milliseconds),
  Answer: ({ answer }) => answer,
});

const tenantOption = text(
  '--tenant <tenant>',
  'the tenant of the endpoint; by default it is one for all tenants',
);
const eventTenant = text('--of <tenant>', 'the tenant of the events, for an endpoint for all tenants');
const toOption = text('--to <file>', 'write the secret into a new file that only you can read');

/** The commands on the endpoints of webhooks. */
export const webhookCommands = [
  command({
    name: 'webhooks list',
    takes: [],
    summary: 'Lists the endpoints of a tenant, or those for all tenants.',
    example: 'webhooks list --tenant Contoso',
    options: { tenant: tenantOption },
    async run(session, { tenant }) {
      const path = await pathOf(session, tenant);
      const answer = await session.api.get<{ webhooks: readonly WebhookView[] }>(path);
      session.output.result(answer, () =>
        answer.webhooks.length === 0
          ? `There are no endpoints: ${typed('webhooks create https://hooks.example.com/muster')} makes one.`
          : toTable(answer.webhooks, columns),
      );
    },
  }),
  command({
    name: 'webhooks create',
    takes: ['url'],
    summary: 'Creates an endpoint, and shows its secret only this once.',
    example: 'webhooks create https://hooks.example.com/muster --types account. --ordered',
    options: {
      tenant: tenantOption,
      types: several('--types <type>', 'only events of this type, or of all that begin so; may be repeated'),
      ordered: flag('--ordered', 'send the events of a tenant one after the other, in order'),
      description: text('--description <text>', 'what the endpoint is for'),
      to: toOption,
    },
    async run(session, { url, tenant, to, ...body }) {
      await receiveSecret(session, { path: await pathOf(session, tenant), body: { url, ...body }, to });
    },
  }),
  command({
    name: 'webhooks show',
    takes: ['webhook'],
    summary: 'Shows an endpoint, the share of deliveries that it accepts, and since when events wait for it.',
    example: 'webhooks show $WEBHOOK',
    options: { tenant: tenantOption },
    async run(session, { webhook, tenant }) {
      show(session, await session.api.get<WebhookView>(await pathOf(session, tenant, webhook)));
    },
  }),
  command({
    name: 'webhooks rotate',
    takes: ['webhook'],
    summary: 'Gives an endpoint a new secret. The former one signs too until the overlap is over.',
    example: 'webhooks rotate $WEBHOOK --overlap-hours 24',
    options: {
      tenant: tenantOption,
      overlapHours: wholeNumber(
        '--overlap-hours <n>',
        'hours for which the former secret signs too (default: 24)',
        0,
      ),
      to: toOption,
    },
    async run(session, { webhook, tenant, overlapHours, to }) {
      const path = `${await pathOf(session, tenant, webhook)}/rotate`;
      await receiveSecret(session, { path, body: { overlapHours }, to });
    },
  }),
  ...switches(),
  command({
    name: 'webhooks delete',
    takes: ['webhook'],
    summary: 'Deletes an endpoint with its secrets.',
    example: 'webhooks delete $WEBHOOK',
    options: { tenant: tenantOption },
    async run(session, { webhook, tenant }) {
      await session.api.delete(await pathOf(session, tenant, webhook));
      session.output.note(`Deleted the endpoint ${webhook}.`);
    },
  }),
  command({
    name: 'webhooks test',
    takes: ['webhook'],
    summary: 'Sends an endpoint a delivery of the type webhook.test, and shows the answer.',
    example: 'webhooks test $WEBHOOK',
    options: { tenant: tenantOption },
    async run(session, { webhook, tenant }) {
      const path = `${await pathOf(session, tenant, webhook)}/test`;
      showAttempt(session, await session.api.post<Attempt>(path));
    },
  }),
  command({
    name: 'webhooks attempts',
    takes: ['webhook'],
    summary: 'Shows the last deliveries to an endpoint and the beginnings of its answers, newest first.',
    example: 'webhooks attempts $WEBHOOK',
    options: { tenant: tenantOption },
    async run(session, { webhook, tenant }) {
      const path = `${await pathOf(session, tenant, webhook)}/attempts`;
      const answer = await session.api.get<{ attempts: readonly Attempt[] }>(path);
      session.output.result(answer, () =>
        answer.attempts.length === 0
          ? 'Nothing was sent in the last seven days.'
          : toTable(answer.attempts, attemptColumns(session.now())),
      );
    },
  }),
  command({
    name: 'webhooks resend',
    takes: ['webhook', 'event'],
    summary: 'Sends one event again with its id, and shows the answer.',
    example: 'webhooks resend $WEBHOOK $EVENT',
    options: { tenant: tenantOption, of: eventTenant },
    async run(session, { webhook, event, tenant, of }) {
      const path = `${await pathOf(session, tenant, webhook)}/resend`;
      const body = { event, tenant: await idOf(session, of) };
      showAttempt(session, await session.api.post<Attempt>(path, body));
    },
  }),
  command({
    name: 'webhooks replay',
    takes: ['webhook'],
    summary: 'Sends the events of a time again, in their order and with their ids.',
    example: 'webhooks replay $WEBHOOK --since 2h',
    options: {
      tenant: tenantOption,
      of: eventTenant,
      since: text('--since <time>', 'from this time on: 15m, 1h, 7d, or a time such as 2026-01-31T12:00:00Z'),
      until: text('--until <time>', 'before this time, in the same forms; by default until now'),
    },
    async run(session, { webhook, tenant, of, since, until: end }) {
      const from = parseSince(since, session.now());
      if (from === undefined)
        throw new CommandError('usage', 'Give the time to begin at, such as --since 2h.');
      const until = parseSince(end, session.now(), '--until');
      const path = `${await pathOf(session, tenant, webhook)}/replay`;
      const body = { from, until, tenant: await idOf(session, of) };
      const answer = await session.api.post<{ events: number }>(path, body);
      session.output.result(answer, () => `${answer.events} events of this time are looked at again.`);
      if (answer.events === 0 && tenant === undefined && of === undefined)
        session.output.note(
          '--of TENANT sends the events of a tenant. Without it, they are those about tenants.',
        );
    },
  }),
];

/** The commands that switch an endpoint on and off. */
function switches() {
  const each = [
    ['enable', true, 'Enables an endpoint again, and delivers what waits for it.'],
    [
      'disable',
      false,
      'Disables an endpoint. What happens meanwhile waits for it, as long as events are kept.',
    ],
  ] as const;
  return each.map(([verb, enabled, summary]) =>
    command({
      name: `webhooks ${verb}`,
      takes: ['webhook'],
      summary,
      example: `webhooks ${verb} $WEBHOOK`,
      options: { tenant: tenantOption },
      async run(session, { webhook, tenant }) {
        show(
          session,
          await session.api.patch<WebhookView>(await pathOf(session, tenant, webhook), { enabled }),
        );
      },
    }),
  );
}

async function idOf(session: Session, tenant: string | undefined): Promise<string | undefined> {
  return tenant === undefined ? undefined : (await findTenant(session, tenant)).id;
}

/** The path of the endpoints of a tenant or of those for all tenants, or that of one of them. */
async function pathOf(session: Session, tenant: string | undefined, webhook?: string): Promise<string> {
  const id = await idOf(session, tenant);
  const list = id === undefined ? '/webhooks' : at`/tenants/${id}/webhooks`;
  return webhook === undefined ? list : list + at`/${webhook}`;
}

async function receiveSecret(
  { api, output }: Session,
  { path, body, to }: { path: string; body: object; to: string | undefined },
): Promise<void> {
  const file = to === undefined ? undefined : await openSecretFile(to);
  const answer = await api.post<NewSecretView>(path, body).catch(async (error) => {
    await file?.discard();
    throw error;
  });
  const { secret, ...rest } = answer;
  await file?.write(secret);
  output.result(file ? rest : answer, () =>
    toFields([
      ['Endpoint', answer.id],
      ['Address', answer.url],
      ['Secret', file ? `in ${file.path}, which only you can read` : secret],
      ['Public key', answer.secrets.at(-1)?.publicKey],
    ]),
  );
  if (!file) output.note('The secret is shown only this once.');
}

function show({ output }: Session, webhook: WebhookView): void {
  output.result(webhook, () => describeDocument(webhook));
}

function showAttempt({ output }: Session, attempt: Attempt): void {
  output.result(attempt, () => describeDocument(attempt));
}
