import type { AccountScope } from '../../accounts/scope.ts';
import type { Tenants } from '../../tenants/tenants.ts';
import { deploymentFeed, eventId, type FeedEntry } from '../entries.ts';
import { toEvent } from '../events.ts';
import { type CurrentState, readCurrentState, tenantObject } from '../objects.ts';

/** The services that write the bodies of deliveries. */
export interface BodyServices {
  /** The scope of a tenant; `undefined` if it does not exist. */
  readonly scopeOf: (tenantId: string) => Promise<AccountScope | undefined>;
  readonly tenants: Pick<Tenants, 'retrieve'>;
  /** `https://host`, without a path. */
  readonly baseUrl: string;
  /** The address below which the product reads, such as `https://host/api/v1`. */
  readonly apiUrl: string;
}

/** An event as it is sent. */
export interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

/** Makes what writes the deliveries of entries of one feed, with their objects as they are now. */
export async function readBodies(
  services: BodyServices,
  feed: string,
  entries: readonly FeedEntry[],
): Promise<(entry: FeedEntry) => Delivery> {
  const state = await stateOf(services, feed, entries);
  return (entry) => {
    const tenant = feed === deploymentFeed ? entry.object : feed;
    const addresses = {
      source: `${services.baseUrl}/tenants/${tenant}`,
      api: feed === deploymentFeed ? services.apiUrl : `${services.apiUrl}/tenants/${tenant}`,
    };
    const body = JSON.stringify(toEvent(entry, addresses, state));
    return { id: eventId(entry.id), type: entry.type, body };
  };
}

const nothing: CurrentState = { objectOf: () => null, userOf: () => undefined };

async function stateOf(
  { scopeOf, tenants }: BodyServices,
  feed: string,
  entries: readonly FeedEntry[],
): Promise<CurrentState> {
  if (feed !== deploymentFeed) {
    const scope = await scopeOf(feed);
    return scope ? readCurrentState(scope, entries) : nothing;
  }
  const ids = [...new Set(entries.map(({ object }) => object))];
  const found = new Map(await Promise.all(ids.map(async (id) => [id, await tenants.retrieve(id)] as const)));
  return { ...nothing, objectOf: ({ object }) => tenantObject(found.get(object)) };
}

/** The delivery with which an operator tries an endpoint. Its type is of no event. */
export function testDelivery(
  { baseUrl }: BodyServices,
  { webhook, id, now }: { webhook: string; id: string; now: number },
): Delivery {
  const time = new Date(now).toISOString();
  const event = {
    ...{ specversion: '1.0', id: `evt_test_${id}`, source: baseUrl, type: 'webhook.test' },
    ...{ subject: `webhooks/${webhook}`, time, timestamp: time, datacontenttype: 'application/json' },
    data: {},
  };
  return { id: event.id, type: event.type, body: JSON.stringify(event) };
}
