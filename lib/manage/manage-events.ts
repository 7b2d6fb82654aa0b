import * as z from 'zod';
import { feedLimits } from '../base/feed-limits.ts';
import { eventReasons, eventTypes } from '../feed/event-types.ts';
import { readEvents } from '../feed/feed.ts';
import { manageRow, requireTenant } from './row.ts';

const userView = z.object({
  id: z.string(),
  externalId: z.string().optional(),
  userName: z.string().optional(),
});

const dataView = z.object({
  object: z
    .object({ version: z.int().describe('Revision of the state: apply it if yours is not higher.') })
    .catchall(z.unknown())
    .nullable()
    .optional()
    .describe('The object as it is now, not as it was at the event. It is null if the object is gone.'),
  objectUrl: z
    .url()
    .optional()
    .describe('The address of the object if the event would be too large with it.'),
  truncated: z.literal(true).optional().describe('True if `objectUrl` stands in place of `object`.'),
  changed: z.array(z.string()).describe('Names of the attributes that changed.'),
  reason: z.enum(eventReasons),
  revision: z.int().optional().describe('Revision of the object right after the change.'),
  user: userView
    .nullable()
    .optional()
    .describe('Of users and accounts: the user by its names, null if it is gone.'),
  added: z.array(z.string()).optional().describe('Ids of the members that joined.'),
  removed: z.array(z.string()).optional().describe('Ids of the members that left.'),
  externalId: z.string().optional().describe('The externalId that a deleted object had.'),
  requestId: z.string().describe('The request, as the audit trail names it.'),
  credential: z.string(),
});

/** An event as the product reads it. */
export const eventView = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().describe('The same at every delivery: apply an event once.'),
    source: z.url().describe('The tenant.'),
    type: z.enum(eventTypes),
    subject: z.string().describe('The object, such as `accounts/ID`.'),
    time: z.iso.datetime(),
    timestamp: z.iso.datetime().describe('The same as `time`.'),
    sequence: z.string().describe('Place in the feed of the tenant: 20 digits, without gaps.'),
    datacontenttype: z.literal('application/json'),
    data: dataView,
  })
  .meta({ id: 'Event' });

const typeName = z
  .string()
  .regex(/^[a-z]+(\.[a-z_]*)?$/, 'it must name types, such as account.disabled,user.');
const startTime = z.iso
  .datetime({ offset: true, error: 'it must be a time such as 2026-01-31T12:00:00Z, or now' })
  .transform((value) => Date.parse(value));

/** The parameters that select a part of a feed. */
export const eventsQuery = z
  .strictObject({
    after: z.string().max(feedLimits.cursorCharactersMax).optional().describe('`next` of the page before.'),
    from: z
      .union([z.literal('now'), startTime])
      .optional()
      .describe(
        'A time, or `now`. Without `after` and `from` the feed begins with the first event that is kept.',
      ),
    types: z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(typeName))
      .optional()
      .describe('Types, separated by commas. One that ends in a dot stands for all that begin with it.'),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(feedLimits.eventsPerPageMax)
      .default(feedLimits.eventsPerPageMax),
    wait: z.coerce
      .number()
      .int()
      .min(0)
      .max(feedLimits.waitSecondsMax)
      .default(0)
      .describe('Seconds to wait if there is no event.'),
  })
  .refine(({ after, from }) => after === undefined || from === undefined, {
    path: ['from'],
    error: 'it cannot go with after: send one of them',
  });

/** A page of a feed. */
export const eventPageView = z.object({
  events: z.array(eventView),
  next: z.string().describe('`after` of the next page, also of an empty one.'),
});

/** The operations that read the feed. */
export const eventRows = [
  manageRow({
    name: 'manage-events',
    method: 'GET',
    template: 'tenants/{tenant}/events',
    appKeys: 'read',
    summary: 'Reads the feed of a tenant: its events in order, each once.',
    query: eventsQuery,
    answer: eventPageView,
    async run(context, { params, query }) {
      const tenant = await requireTenant(context, params);
      return readEvents(context.feed, context.accountsOf(tenant), query);
    },
  }),
];
