import { readFileSync } from 'node:fs';
import { type Diagnostic, Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { type CloudEvent, HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { eventTypes } from '../../lib/feed/event-types.ts';
import { signatureHeaders, signingKeys } from '../../lib/feed/webhooks/signatures.ts';
import { exampleEvent } from '../../lib/manage/event-examples.ts';
import { eventView } from '../../lib/manage/manage-events.ts';
import { eventsPage, typesOf } from '../../tools/docs/events-page.ts';
import { send } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { clientOf } from './client.ts';

// biome-ignore lint/suspicious/noExplicitAny: events and records have every shape
type Any = Record<string, any>;

let endpoint: SharedEndpoint;
let events: readonly Any[];
let records: readonly Any[];

beforeAll(async () => {
  endpoint = await shareEndpoint();
  ({ events, records } = await live());
});

/** The events and records of a tenant in which users, groups, accounts and teams have come, changed and gone. */
async function live() {
  const { next } = (await endpoint.manage('GET', '/manage/events?from=now')).body;
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
  const ofTenant = async (): Promise<readonly Any[]> => {
    const { body } = await endpoint.manage('GET', `/manage/events?after=${next}&types=tenant.`);
    return body.events.filter(({ subject }: Any) => subject === `tenants/${tenant.tenantId}`);
  };
  // They are there once they are delivered.
  const ofDeployment = await vi.waitFor(
    async () => {
      const found = await ofTenant();
      expect(found).toHaveLength(2);
      return found;
    },
    { timeout: 20_000 },
  );
  return {
    events: [...shown, ...last.slice(shown.length), ...ofDeployment],
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
    for (const { id, resourceType, operation } of records) {
      const type = told.get(id.slice(id.lastIndexOf(':') + 1));
      const possible: readonly (string | undefined)[] = typesOf(resourceType, operation);
      if (resourceType === 'Key') expect(type).toBeUndefined();
      else expect(possible, `${resourceType} ${operation}`).toContain(type);
      seen.add(`${resourceType} ${operation}`);
      told.delete(id.slice(id.lastIndexOf(':') + 1));
    }
    // Its record is in the trail of the deployment.
    expect([...told.values()]).toEqual(['tenant.created']);
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

describe('the AsyncAPI document', () => {
  let served: Any;
  beforeAll(async () => {
    served = (await send(`${endpoint.baseUrl}/api/v1/asyncapi.json`, { method: 'GET', headers: {} })).body;
  });

  test('is valid and has a message of each type', async () => {
    expect(served).toEqual(JSON.parse(readFileSync('docs/reference/asyncapi.json', 'utf8')));
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(served));
    // It also recommends a later version.
    const faults = diagnostics.filter(({ code }: Diagnostic) => code !== 'asyncapi-latest-version');
    expect(faults.map(({ message, path }) => [message, path.join('/')])).toEqual([]);
    const channels = document?.channels().all() ?? [];
    const messages = channels.map((channel) => [
      channel.id(),
      channel
        .messages()
        .all()
        .map((one) => one.id()),
    ]);
    expect(messages).toEqual([
      ['webhook', [...eventTypes]],
      ['feed', ['EventPage']],
    ]);
  });

  test('has schemas that the events, their pages and the examples follow', () => {
    const { messages, schemas } = served.components;
    // Examples in the document and formats such as date-time are checked too.
    const ajv = addFormats.default(new Ajv({ allErrors: true, strictTypes: false }));
    ajv.addVocabulary(['asyncapi', 'info', 'channels', 'operations', 'defaultContentType', 'components']);
    ajv.addSchema({ ...served, $id: 'events' });
    const faultsOf = (path: string, value: unknown) => {
      const validate = ajv.compile({ $ref: `events#/components/${path}` });
      return validate(value) ? [] : validate.errors;
    };
    expect(Object.keys(messages)).toEqual([...eventTypes, 'EventPage']);
    for (const [name, { examples }] of Object.entries<Any>(messages)) {
      expect(faultsOf(`messages/${name}/payload`, examples[0].payload), name).toEqual([]);
    }
    for (const event of events) expect(faultsOf(`messages/${event.type}/payload`, event)).toEqual([]);
    expect(faultsOf('schemas/EventPage', { events, next: 'x' })).toEqual([]);
    const [first] = events;
    expect(faultsOf('messages/group.updated/payload', first)).not.toEqual([]);
    expect(faultsOf('schemas/Event', { ...first, later: 1 })).toEqual([]);
    expect(JSON.stringify(schemas.Event)).toContain('AccountEvent');
  });
});

describe('an event', () => {
  test('is a CloudEvent in structured mode', () => {
    for (const event of events) {
      const headers = { 'content-type': 'application/cloudevents+json' };
      const read = HTTP.toEvent({ headers, body: JSON.stringify(event) }) as CloudEvent<unknown>;
      expect(read.validate()).toBe(true);
      expect(JSON.parse(JSON.stringify(read))).toEqual(event);
    }
  });

  test('is a payload of Standard Webhooks', () => {
    const keys = signingKeys(new Uint8Array(32).fill(7));
    for (const event of events) {
      const body = JSON.stringify(event);
      const headers = signatureHeaders({ id: event.id, at: Date.now(), body }, [keys]);
      const receiver = new Webhook(keys.secret);
      expect(receiver.verify(body, headers)).toEqual(event);
      expect(() => receiver.verify(`${body} `, headers)).toThrow('No matching signature');
    }
  });
});
