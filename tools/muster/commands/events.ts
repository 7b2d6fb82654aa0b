import { randomUUID } from 'node:crypto';
import { eventTypes } from '../../../lib/feed/event-types.ts';
import type { FeedEvent } from '../../../lib/feed/events.ts';
import { exampleEvent } from '../../../lib/manage/event-examples.ts';
import { findTenant } from '../api/find-tenant.ts';
import { at } from '../api/path.ts';
import { command, flag, several, text } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { forward, isAccepted, requireReceiver, showDelivered } from '../feed/forward.ts';
import { type FeedPart, readEvents, readTypes, unknownType } from '../feed/read-events.ts';
import { openSigningKeys, showKeys } from '../feed/signing-secret.ts';
import type { Session } from '../session.ts';
import { cleanText } from '../terminal/clean-text.ts';
import { localTime, parseSince } from '../terminal/times.ts';

const from = text('--from <time>', 'from this time on: now, 90s, 15m, 1h, 7d, or 2026-01-31T12:00:00Z');
const types = several(
  '--types <types>',
  'only these, or all that begin so: user.deleted or account.; may be repeated',
);
const forwardTo = text('--forward <url>', 'address of the product, such as http://localhost:3000/webhooks');
const secretFile = text(
  '--secret-file <file>',
  'file that holds the secret whsec_…, so that it is the same each time; made if it is not there',
);

/** The commands on the feed. */
export const eventCommands = [
  command({
    name: 'events',
    takes: ['tenant'],
    summary: 'Shows the events of the last 24 hours, in order. With --follow, shows new ones as they happen.',
    details:
      'With --json, each event is a line. --follow goes on when the endpoint is restarted, without losing events.',
    example: 'events Contoso --follow --types account.',
    options: {
      follow: flag('--follow', 'show events from now, or from --from on, until Ctrl-C'),
      from,
      types,
    },
    async run(session, { tenant, follow = false, from: start, types: selected }) {
      const begin = start ?? (follow ? 'now' : '24h');
      const part = { ...partOf(session, begin, selected), follow };
      const { id } = await findTenant(session, tenant);
      let shown = 0;
      for await (const event of readEvents(session, { path: at`/tenants/${id}/events`, ...part })) {
        session.output.record(event, () => eventLine(event));
        shown += 1;
      }
      if (shown === 0) session.output.note('There are no such events.');
    },
  }),
  command({
    name: 'listen',
    takes: ['tenant'],
    summary: 'Posts each new event to a product on this machine, signed as a webhook, and shows its answer.',
    details:
      'It prints the secret with which the product checks signatures. An event that the product refuses is not ' +
      'sent again: use --from to repeat some.',
    example: 'listen Contoso --forward http://localhost:3000/webhooks',
    options: { forward: forwardTo, from, types, secretFile },
    async run(
      session,
      { tenant, forward: receiver, from: start = 'now', types: selected, secretFile: file },
    ) {
      if (receiver === undefined) throw new CommandError('usage', 'Name the product: --forward URL.');
      const url = requireReceiver(receiver);
      const part = { ...partOf(session, start, selected), follow: true };
      const { id } = await findTenant(session, tenant);
      const keys = await openSigningKeys(file);
      showKeys(session, keys);
      for await (const event of readEvents(session, { path: at`/tenants/${id}/events`, ...part })) {
        const delivered = await forward(session, { url, keys }, event);
        const { id: eventId, type } = event;
        session.output.record(
          { id: eventId, type, ...delivered },
          () => `${eventLine(event)}  ${showDelivered(delivered)}`,
        );
      }
    },
  }),
  command({
    name: 'trigger',
    takes: ['type'],
    summary: 'Posts an example of an event to a product on this machine, signed as a webhook.',
    details:
      'It needs no endpoint. Each time, the event has a new id and the present time. Without --forward, it only ' +
      'prints the event. It ends with 1 if the product does not answer 2xx.',
    example: 'trigger account.disabled --forward http://localhost:3000/webhooks',
    options: { forward: forwardTo, secretFile },
    async run(session, { type, forward: receiver, secretFile: file }) {
      const known = eventTypes.find((one) => one === type);
      if (!known) throw unknownType(type);
      const time = new Date(session.now()).toISOString();
      const event = { ...exampleEvent(known), id: `evt_${randomUUID()}`, time, timestamp: time };
      if (receiver === undefined) {
        return session.output.result(event, () => JSON.stringify(event, null, 2));
      }
      const url = requireReceiver(receiver);
      const keys = await openSigningKeys(file);
      showKeys(session, keys);
      const delivered = await forward(session, { url, keys }, event);
      if (!isAccepted(delivered)) {
        throw new CommandError('failed', `${url}: ${showDelivered(delivered)}.`);
      }
      session.output.record({ id: event.id, type, ...delivered }, () => showDelivered(delivered));
    },
  }),
];

/** Reads the options that select a part of a feed; throws a CommandError. */
function partOf(
  session: Session,
  start: string,
  selected: readonly string[] | undefined,
): Pick<FeedPart, 'from' | 'types'> {
  const time = start === 'now' ? start : parseSince(start, session.now(), '--from');
  return { from: time ?? 'now', types: readTypes(selected) };
}

function eventLine({ time, type, subject, data }: FeedEvent): string {
  const name = data.user?.userName ?? data.object?.displayName ?? data.object?.name;
  const added = data.added && `added ${data.added.length}`;
  const removed = data.removed && `removed ${data.removed.length}`;
  const cells = [localTime(Date.parse(time)), type, subject, name, data.reason, added, removed];
  return cleanText([...cells, data.changed.join(',')].filter(Boolean).join('  '));
}
