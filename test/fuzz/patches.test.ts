import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../lib/scim/json.ts';
import { bodies } from '../../tools/fuzz/bodies.ts';
import { type InProcess, startInProcess } from '../../tools/fuzz/in-process.ts';
import { mutated } from '../../tools/fuzz/mutations.ts';
import { patchBody } from '../api/client.ts';
import { callerOf, type Send } from './caller.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
let app: InProcess;
let send: Send;

beforeAll(async () => {
  app = await startInProcess();
  // The profile that has no quirks of its own for PATCH.
  send = callerOf(app, await app.createTenant({ profile: 'google' }));
});
afterAll(() => app[Symbol.asyncDispose]());

let users = 0;

/** Creates a user with these attributes, or without them when they do not fit together. */
async function createUser(body: JsonObject): Promise<{ path: string; before: JsonObject }> {
  users += 1;
  const userName = `user${users}@example.com`;
  const created = await send('POST', '/Users', { ...body, userName });
  const { id } =
    created.status === 201
      ? created.body
      : (await send('POST', '/Users', { schemas: [core], userName })).body;
  const path = `/Users/${id}`;
  return { path, before: (await send('GET', path)).body };
}

/** The properties of the resource that an operation leads to, in lower case. */
function namesOf({ path, value }: JsonObject): readonly string[] {
  const paths = typeof path === 'string' ? [path] : Object.keys(value ?? {});
  return paths.map((text) => {
    if (text.startsWith(enterprise)) return enterprise.toLowerCase();
    const [name = ''] = text.replace(`${core}:`, '').split(/[.[]/);
    return name.toLowerCase();
  });
}

function withoutNamed(resource: JsonObject, patch: JsonObject): JsonObject {
  const operations = isJsonArray(patch.Operations) ? patch.Operations : [];
  const named = new Set(operations.filter(isJsonObject).flatMap(namesOf));
  const others = Object.entries(resource).filter(
    ([name]) => !named.has(name.toLowerCase()) && name !== 'meta' && name !== 'schemas',
  );
  return Object.fromEntries(others);
}

const anyPatch: fc.Arbitrary<JsonValue> = mutated(bodies.patch);

describe('PATCH /Users/{id}', () => {
  test('changes no attribute that no operation names, and answers with what is retrieved', async () => {
    let modified = 0;
    await fc.assert(
      fc.asyncProperty(bodies.user, bodies.patch, async (body, patch) => {
        const { path, before } = await createUser(body);

        const answer = await send('PATCH', path, patch);

        const { body: after } = await send('GET', path);
        if (answer.status !== 200) {
          expect(after).toEqual(before);
          return;
        }
        expect(answer.body).toEqual(after);
        expect(withoutNamed(after, patch)).toEqual(withoutNamed(before, patch));
        modified += 1;
      }),
      { numRuns: 150 },
    );
    expect(modified).toBeGreaterThan(5);
  }, 120_000);

  test('leaves the user and its version as they were when it is refused, whatever was sent', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(bodies.user, anyPatch, async (body, patch) => {
        const { path, before } = await createUser(body);

        const answer = await send('PATCH', path, patch);

        if (answer.status === 200) return;
        // 413 is for a body of more than a megabyte.
        expect([400, 409, 413]).toContain(answer.status);
        expect((await send('GET', path)).body).toEqual(before);
        refused += 1;
      }),
      { numRuns: 100 },
    );
    expect(refused).toBeGreaterThan(50);
  }, 120_000);

  test('changes no prototype', async () => {
    const own = Reflect.ownKeys(Object.prototype);
    const polluted = JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    );
    const { path } = await createUser({ schemas: [core] });
    const keys = [
      '__proto__',
      '__proto__.polluted',
      'constructor.prototype.polluted',
      'name.__proto__',
      'emails.__proto__',
    ];

    for (const op of ['add', 'replace', 'remove']) {
      await send('PATCH', path, patchBody([{ op, value: polluted }]));
      await send('PATCH', path, patchBody([{ op, path: 'name', value: polluted }]));
      await send('PATCH', path, patchBody([{ op, path: enterprise, value: polluted }]));
      for (const key of keys) {
        await send('PATCH', path, patchBody([{ op, path: key, value: true }]));
        await send('PATCH', path, patchBody([{ op, value: { [key]: true } }]));
      }
    }

    expect(Reflect.ownKeys(Object.prototype)).toEqual(own);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(([] as unknown as Record<string, unknown>).polluted).toBeUndefined();
  });
});
