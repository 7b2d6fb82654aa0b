import * as z from 'zod';
import { feedLimits } from '../base/feed-limits.ts';
import { limits } from '../base/limits.ts';
import { acknowledge, listAcknowledgements } from '../feed/acknowledge.ts';
import { eventReasons, eventTypes } from '../feed/event-types.ts';
import { type FeedServices, readEvents } from '../feed/feed.ts';
import { followFeeds } from '../feed/follow.ts';
import { renewFeeds } from '../feed/renew.ts';
import { readSnapshot } from '../feed/snapshot.ts';
import { notFound } from '../scim/errors.ts';
import { type ManageContext, manageRow, requireTenant } from './row.ts';

const userView = z.object({
  id: z.string(),
  externalId: z.string().optional(),
  userName: z.string().optional(),
});

const objectView = z
  .object({ version: z.int().describe('Revision of the state: apply it if yours is not higher.') })
  .catchall(z.unknown());

const dataView = z.object({
  object: objectView
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

const pageFields = {
  after: z.string().max(feedLimits.cursorCharactersMax).optional().describe('`next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(feedLimits.eventsPerPageMax).default(feedLimits.eventsPerPageMax),
};

const eventFields = {
  ...pageFields,
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
};

const hasOneStart = ({ after, from }: { after?: unknown; from?: unknown }) =>
  after === undefined || from === undefined;
const twoStarts = { path: ['from'], error: 'it cannot go with after: send one of them' };

const allQuery = z.strictObject(eventFields).refine(hasOneStart, twoStarts);

/** The parameters that select a part of a feed. */
export const eventsQuery = z
  .strictObject({
    ...eventFields,
    wait: z.coerce
      .number()
      .int()
      .min(0)
      .max(feedLimits.waitSecondsMax)
      .default(0)
      .describe('Seconds to wait if there is no event.'),
  })
  .refine(hasOneStart, twoStarts);

/** A row of a snapshot as the product reads it. */
export const snapshotRowView = z
  .discriminatedUnion('type', [
    z.object({ type: z.enum(['user', 'group', 'account', 'team']), object: objectView }),
    z.object({ type: z.literal('member'), group: z.string(), member: z.string() }),
    z.object({ type: z.literal('team-member'), team: z.string(), account: z.string() }),
  ])
  .meta({ id: 'SnapshotRow' });

const acknowledgementView = z
  .object({
    credential: z.string().describe('The app key or operator that has acknowledged.'),
    sequence: z.int().describe('Sequence of the last event that is applied.'),
    time: z.iso.datetime().describe('Time at which it was acknowledged first.'),
    lag: z.int().describe('Events behind it.'),
  })
  .meta({ id: 'Acknowledgement' });

/** A page of a feed. */
export const eventPageView = z.object({
  events: z.array(eventView),
  next: z.string().describe('`after` of the next page, also of an empty one.'),
});

/** The services of feeds. Throws ScimError `notFound` if the deployment has none. */
function feedOf({ feed }: Pick<ManageContext, 'feed'>): FeedServices {
  if (feed.isEnabled) return feed;
  throw notFound(
    'This deployment has no feed: set FEED_ENABLED to true, and read a snapshot when it is back',
  );
}

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
      return readEvents(feedOf(context), context.accountsOf(tenant), query);
    },
  }),
  manageRow({
    name: 'manage-events-all',
    method: 'GET',
    template: 'events',
    appKeys: 'read',
    summary:
      'Reads the feeds of all tenants: events in the order of each tenant, and perhaps one twice. ' +
      'An event of the last seconds may still be missing.',
    query: allQuery,
    answer: eventPageView,
    run: (context, { query }) => followFeeds(feedOf(context), context, query),
  }),
  manageRow({
    name: 'manage-feed-renew',
    method: 'POST',
    template: 'tenants/{tenant}/feed/renew',
    summary:
      'Ends all cursors of a tenant and those over all tenants, after its data were restored or imported.',
    async run(context, { params }) {
      const { id } = await requireTenant(context, params);
      await renewFeeds(feedOf(context), [id]);
      return undefined;
    },
  }),
  manageRow({
    name: 'manage-feed-renew-all',
    method: 'POST',
    template: 'feed/renew',
    summary: 'Ends all cursors of all tenants, after the database was restored.',
    async run(context) {
      const feed = feedOf(context);
      let after: string | undefined;
      do {
        const page = await context.tenants.list({ after, limit: limits.pageSizeMax });
        const ids = page.tenants.map(({ id }) => id);
        await renewFeeds(feed, ids);
        after = page.more ? ids.at(-1) : undefined;
      } while (after !== undefined);
      return undefined;
    },
  }),
  manageRow({
    name: 'manage-snapshot',
    method: 'GET',
    template: 'tenants/{tenant}/snapshot',
    appKeys: 'read',
    summary:
      'Reads all that a tenant has now, page by page: users, groups, accounts, teams and their members.',
    query: z.strictObject(pageFields),
    answer: z.object({
      rows: z.array(snapshotRowView),
      next: z.string().optional().describe('`after` of the next page; absent on the last one.'),
      cursor: z
        .string()
        .optional()
        .describe('On the last page: `after` of the feed. It has all changes since the snapshot began.'),
    }),
    async run(context, { params, query }) {
      const tenant = await requireTenant(context, params);
      return readSnapshot(feedOf(context), context.accountsOf(tenant), query);
    },
  }),
  manageRow({
    name: 'manage-events-acknowledge',
    method: 'POST',
    template: 'tenants/{tenant}/events/ack',
    appKeys: 'read',
    summary: 'Notes that the product has applied the feed up to a cursor. An earlier cursor changes nothing.',
    body: z.strictObject({
      cursor: z.string().max(feedLimits.cursorCharactersMax).describe('`next` of a page that is applied.'),
    }),
    answer: acknowledgementView,
    async run(context, { params, body }) {
      const tenant = await requireTenant(context, params);
      return acknowledge(feedOf(context), context.accountsOf(tenant), body.cursor);
    },
  }),
  manageRow({
    name: 'manage-events-acknowledgements',
    method: 'GET',
    template: 'tenants/{tenant}/events/acks',
    appKeys: 'read',
    summary:
      'Shows up to which event each credential has applied the feed of a tenant, since when, and how many follow.',
    answer: z.object({ acknowledgements: z.array(acknowledgementView) }),
    async run(context, { params }) {
      const tenant = await requireTenant(context, params);
      return { acknowledgements: await listAcknowledgements(feedOf(context), context.accountsOf(tenant)) };
    },
  }),
];
