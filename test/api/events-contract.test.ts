import { beforeAll, describe, expect, test } from 'vitest';
import { exampleEvent } from '../../lib/manage/event-examples.ts';
import { eventView } from '../../lib/manage/manage-events.ts';
import { eventsPage, typesOf } from '../../tools/docs/events-page.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { clientOf } from './client.ts';

// biome-ignore lint/suspicious/noExplicitAny: events and records have every shape
type Any = Record<string, any>;

let endpoint: SharedEndpoint;
let tenantId: string;
let events: readonly Any[];
let records: readonly Any[];

beforeAll(async () => {
  endpoint = await shareEndpoint();
  ({ events, records, tenantId } = await live());
});

/** The events and records of a tenant in which users, groups, accounts and teams have come, changed and gone. */
async function live() {
  const policy = { accounts: { enabled: true }, licences: { seats: 2 } };
  const tenant = await endpoint.createTenant({ name: 'Contoso', policy });
  const client = clientOf(tenant);
  const manage = async (method: string, path: string, body?: object) =>
    (await endpoint.manage(method, `/manage/tenants/${tenant.tenantId}${path}`, body)).body;
  const set = (id: string, path: string, value: unknown) =>
    client.patch(`/Users/${id}`, [{ op: 'replace', path, value }]);
  const address = 'barbara@contoso.com';
  const { id } = await client.user(address, {
    ...{ externalId: 'b-1', active: true, name: { familyName: 'Jensen', givenName: 'Barbara' } },
    emails: [{ value: address, type: 'work', primary: true }],
  });
  const group = await client.group('Night shift', [id]);
  await set(id, 'active', false);
  const shown = (await manage('GET', '/events')).events;
  await set(id, 'active', true);
  await client.put(`/Users/${id}`, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: address,
  });
  await client.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'displayName', value: 'Day shift' }]);
  const account = await manage('POST', '/accounts', { attributes: { email: 'hand@contoso.com' } });
  const { id: held } = await client.user('carl@contoso.com', { externalId: 'c-1' });
  await manage('PATCH', `/accounts/${account.id}`, { role: 'administrator' });
  const team = await manage('POST', '/teams', { name: 'Night' });
  await manage('PUT', `/teams/${team.id}/members/${account.id}`);
  await manage('PATCH', `/teams/${team.id}`, { name: 'Day' });
  await manage('DELETE', `/teams/${team.id}`);
  await manage('DELETE', `/accounts/${account.id}`);
  await client.patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members' }]);
  await client.delete(`/Groups/${group.id}`);
  await client.delete(`/Users/${held}`);
  await manage('POST', `/users/${held}/restore`);
  await manage('PATCH', '', { name: 'Contoso Ltd.' });
  const { events: last } = await manage('GET', `/events`);
  const trail = await manage('GET', '/audit?limit=1000');
  return {
    tenantId: tenant.tenantId,
    events: [...shown, ...last.slice(shown.length)],
    records: trail.records,
  };
}

/** A value with its ids, times, addresses and numbers replaced, since they differ each time. */
function anonymous(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'ID')
    .replaceAll(/https?:\/\/[^/"]+/g, 'HOST')
    .replaceAll(/\b\d+\b/g, '0')
    .replaceAll(/"credential":"\w+"/g, '"credential":""');
  return JSON.parse(text);
}

describe('docs/events.md', () => {
  test('shows an event as the feed has it', () => {
    const [, shown = ''] = /```json\n(\{.+?\n\})\n```/s.exec(eventsPage().text) ?? [];
    const told = events.find(({ type }) => type === 'account.disabled');
    expect(anonymous(told)).toEqual(anonymous(JSON.parse(shown)));
  });

  test('has the type of the event of each record', () => {
    const told = new Map(events.map(({ id, type }) => [id.replace('evt_', ''), type]));
    const seen = new Set<string>();
    for (const { id, resourceType, operation, resource } of records) {
      const type = told.get(id.slice(id.lastIndexOf(':') + 1));
      const possible: readonly (string | undefined)[] = typesOf(resourceType, operation);
      // The trail of a tenant shows its own edits, whose events are in the feed of the deployment.
      if (resource === tenantId || resourceType === 'Key') expect(type).toBeUndefined();
      else expect(possible, `${resourceType} ${operation}`).toContain(type);
      seen.add(`${resourceType} ${operation}`);
      told.delete(id.slice(id.lastIndexOf(':') + 1));
    }
    expect([...told.values()]).toEqual([]);
    expect(seen.size).toBeGreaterThan(18);
  });

  test('says truly which properties an event has', () => {
    const types = new Set(events.map(({ type }) => type));
    expect(types.size).toBeGreaterThan(15);
    for (const event of events) {
      expect(eventView.parse(event)).toEqual(event);
      const example = exampleEvent(event.type);
      expect(Object.keys(event), event.type).toEqual(Object.keys(example));
      expect(event.subject.split('/')[0]).toBe(example.subject.split('/')[0]);
      const more = ['added', 'removed', 'externalId'];
      const keysOf = (data: object) =>
        Object.keys(JSON.parse(JSON.stringify(data))).filter((key) => !more.includes(key));
      expect(keysOf(event.data), event.type).toEqual(keysOf(example.data));
    }
  });
});
