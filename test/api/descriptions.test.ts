import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, test } from 'vitest';
import { manageRows } from '../../lib/manage/rows.ts';
import { send } from '../support/endpoint.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';

// biome-ignore lint/suspicious/noExplicitAny: descriptions have every shape
type Any = Record<string, any>;

let endpoint: SharedEndpoint;
let document: Any;
const get = (path: string) => send(`${endpoint.baseUrl}/api/v1/${path}`, { method: 'GET', headers: {} });

beforeAll(async () => {
  endpoint = await shareEndpoint();
  document = (await get('openapi.json')).body;
});

const operations = () => Object.values<Any>(document.paths).flatMap((path) => Object.values<Any>(path));

describe('the OpenAPI document', () => {
  test('is valid (OpenAPI 3.1)', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect([valid, errors]).toEqual([true, undefined]);
  });

  test('has a description and examples of the feed and of app keys, which follow their schemas', () => {
    const ajv = addFormats.default(new Ajv2020({ strict: false }));
    ajv.addSchema({ ...document, $id: 'api' });
    const told = operations().filter(({ tags }) =>
      tags.some((tag: string) => /^(Events|App keys)$/.test(tag)),
    );
    expect(told.length).toBeGreaterThan(8);
    for (const { operationId, description, parameters, requestBody, responses } of told) {
      expect(description, operationId).toMatch(/^.{40,} Open to /);
      const [answered] = Object.values<Any>(responses);
      const contents = [requestBody, answered].flatMap((one) => one?.content?.['application/json'] ?? []);
      for (const { schema, example } of [...contents, ...parameters.filter((one: Any) => one.example)]) {
        const text = JSON.stringify(schema).replaceAll('"#/', '"api#/');
        const validate = ajv.compile(JSON.parse(text));
        expect(example, operationId).toBeDefined();
        expect([operationId, validate(example), validate.errors]).toEqual([operationId, true, null]);
      }
    }
  });

  test('lets answers have properties that later versions add', () => {
    const closed = Object.values<Any>(document.components.schemas).filter(
      (one) => one.additionalProperties === false,
    );
    expect(closed).toEqual([]);
  });
});

describe('the page of the API', () => {
  test('has every operation and type of events, and loads nothing', async () => {
    const { status, headers, body } = await get('docs');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    for (const { name, summary } of manageRows) {
      expect(body).toContain(`<details id="${name}">`);
      expect(body).toContain(summary.slice(0, 20).replaceAll("'", '&#39;'));
    }
    expect(body).toContain('<code>account.disabled</code>');
    const links = [...body.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, to]) => to);
    expect(links).toEqual(['openapi.json', 'asyncapi.json']);
    expect(body).not.toMatch(/<script|&amp;quot;/);
    expect(body).not.toMatch(/<td>[^<]*Open to operators/);
    expect(body).toContain('Keys of products for <code>&#x2F;api&#x2F;v1</code>.');
    expect(body.length).toBeLessThan(100_000);
  });

  test('is for anyone, and refuses a wrong key', async () => {
    const page = `${endpoint.baseUrl}/api/v1/docs`;
    const refused = await send(page, { method: 'GET', headers: { authorization: 'Bearer x' } });
    expect(refused.status).toBe(401);
  });
});
