import * as z from 'zod';
import { feedLimits } from '../base/feed-limits.ts';
import { type EventType, eventTypes } from '../feed/event-types.ts';
import type { JsonObject } from '../scim/json.ts';
import { exampleEvent } from './event-examples.ts';
import { eventSummaries } from './event-words.ts';
import { toJsonSchema } from './json-schema.ts';
import { eventPageView, eventsQuery, eventView } from './manage-events.ts';
import { accountView, resourceView, teamView, tenantView } from './views.ts';

const version = eventView.shape.data.shape.object.unwrap().unwrap().shape.version;
/** The objects of events by the first word of their types. */
const objects: Readonly<Record<string, z.ZodType>> = {
  user: resourceView,
  group: resourceView.extend({ memberCount: z.int().describe('The number of members.') }),
  account: accountView.extend({ version }),
  team: teamView.extend({ version }),
  tenant: tenantView
    .pick({ id: true, name: true, identifier: true, description: true, enabled: true })
    .extend({ version }),
};

const headersView = z.object({
  'webhook-id': z.string().describe('The `id` of the event, the same at every attempt.'),
  'webhook-timestamp': z.string().describe('Seconds since 1970 at the attempt.'),
  'webhook-signature': z.string().describe('Signatures by `v1` and `v1a`, separated by spaces.'),
});

/** Describes the events (AsyncAPI 3.0) with an example of each type: as webhooks, and in pages of the feed. */
export function describeEvents(): JsonObject {
  const kinds = Object.keys(objects);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Muster events',
      version: '1',
      description:
        'Changes of users, groups, accounts, teams and tenants, as CloudEvents 1.0 and Standard Webhooks. Within a ' +
        'version, types and properties are only added: ignore those that you do not know.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels: { webhook, feed },
    operations: { deliverWebhook, readFeed },
    components: {
      messages: {
        ...Object.fromEntries(eventTypes.map((type) => [type, messageOf(type)])),
        EventPage: {
          title: 'A page of the feed',
          contentType: 'application/json',
          payload: reference('schemas', 'EventPage'),
          examples: [{ payload: { events: [exampleEvent('account.disabled')], next: 'CURSOR' } }],
        },
      },
      schemas: {
        ...Object.fromEntries(kinds.map((kind) => [nameOf(kind), schemaOf(eventOf(kind))])),
        Event: { oneOf: kinds.map((kind) => reference('schemas', nameOf(kind))) },
        EventPage: schemaOf(eventPageView),
        EventQuery: schemaOf(eventsQuery, 'input'),
        WebhookHeaders: schemaOf(headersView),
      },
    },
  } as unknown as JsonObject;
}

const reference = (part: 'messages' | 'schemas', name: string) => ({ $ref: `#/components/${part}/${name}` });
const bindingVersion = '0.3.0';

const webhook = {
  address: null,
  title: 'Webhooks',
  description: 'The address of an endpoint of yours, which gets each event of the types that it asks for.',
  messages: Object.fromEntries(eventTypes.map((type) => [type, reference('messages', type)])),
};
const feed = {
  address: '/api/v1/tenants/{tenant}/events',
  title: 'The feed of a tenant',
  description: 'All events of a tenant in order, in pages that your product asks for.',
  parameters: { tenant: { description: 'The id of the tenant.' } },
  messages: { EventPage: reference('messages', 'EventPage') },
};
const deliverWebhook = {
  action: 'send',
  channel: { $ref: '#/channels/webhook' },
  summary: 'Posts an event. It is accepted with a status 2xx within 15 seconds, and otherwise sent again.',
  bindings: { http: { method: 'POST', bindingVersion } },
};
const readFeed = {
  action: 'send',
  channel: { $ref: '#/channels/feed' },
  summary: `Answers with up to ${feedLimits.eventsPerPageMax} events behind a cursor.`,
  bindings: { http: { method: 'GET', query: reference('schemas', 'EventQuery'), bindingVersion } },
};

const kindOf = (type: EventType) => type.slice(0, type.indexOf('.'));
const nameOf = (kind: string) => `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Event`;

function messageOf(type: EventType): object {
  return {
    title: type,
    summary: eventSummaries[type],
    headers: reference('schemas', 'WebhookHeaders'),
    payload: {
      allOf: [
        reference('schemas', nameOf(kindOf(type))),
        { type: 'object', properties: { type: { const: type } } },
      ],
    },
    examples: [{ payload: exampleEvent(type) }],
  };
}

/** The schema of the events of one kind of object. */
function eventOf(kind: string): z.ZodType {
  const types = eventTypes.filter((type) => kindOf(type) === kind);
  const { data } = eventView.shape;
  const { object } = data.shape;
  const own = objects[kind]
    ?.nullable()
    .optional()
    .describe(object.description ?? '');
  return eventView.extend({ type: z.enum(types), data: data.extend({ object: own ?? object }) });
}

/** Converts a schema to the dialect of AsyncAPI. Events are described apart. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): JsonObject {
  return toJsonSchema(schema, { io, target: 'draft-7' }).schema;
}
