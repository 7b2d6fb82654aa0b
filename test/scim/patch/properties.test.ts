import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScimError } from '../../../lib/scim/errors.ts';
import { parsePatchPath } from '../../../lib/scim/filter/parser.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../lib/scim/json.ts';
import { resolvePath } from '../../../lib/scim/schema/lookup.ts';
import { userType } from '../../../lib/scim/schema/resource-types.ts';
import { validateModified } from '../../../lib/scim/validate.ts';
import { enterprise, patch } from './patching.ts';

const text = fc.constantFrom('a', 'B', 'b', 'x y');
const emailTypes = ['work', 'home', 'other'];
const email = fc.record({ value: text, type: fc.constantFrom(...emailTypes) }, { requiredKeys: ['value'] });
const emails = fc
  .uniqueArray(email, {
    selector: ({ value, type }) => `${value.toLowerCase()} ${type}`,
    minLength: 1,
    maxLength: 4,
  })
  .chain((elements) =>
    fc
      .integer({ min: -1, max: elements.length - 1 })
      .map((primary) =>
        elements.map((element, index) => (index === primary ? { ...element, primary: true } : element)),
      ),
  );
const name = fc.record({ givenName: text, familyName: text }, { requiredKeys: ['givenName'] });
const resource: fc.Arbitrary<JsonObject> = fc.record(
  {
    userName: text,
    title: text,
    active: fc.boolean(),
    name,
    emails,
    [enterprise]: fc.record(
      { department: text, manager: fc.record({ value: text }) },
      { requiredKeys: ['department'] },
    ),
  },
  { requiredKeys: ['userName'] },
);

const verb = fc.constantFrom('add', 'replace');
const single = fc.tuple(
  fc.constantFrom('title', 'NickName', 'name.givenName', `${enterprise}:costCenter`),
  text,
);
const nullable = fc.tuple(
  fc.constantFrom('title', 'name', 'emails', 'name.familyName', enterprise),
  fc.constant(null),
);
const complex = fc.oneof(
  fc.tuple(fc.constant('name'), name),
  fc.tuple(fc.constant('emails'), emails),
  fc.tuple(fc.constant(enterprise), fc.record({ department: text })),
  fc.tuple(fc.constant('active'), fc.boolean()),
);
const selected = fc.oneof(
  fc.tuple(
    fc.constantFrom(...emailTypes).map((type) => `emails[type eq "${type}"].value`),
    text,
  ),
  fc.tuple(
    fc.constantFrom(...emailTypes).map((type) => `emails[type eq "${type}"].primary`),
    fc.boolean(),
  ),
  fc.tuple(fc.constant('emails[primary eq true].display'), text),
);
const assignment: fc.Arbitrary<[string, JsonValue]> = fc.oneof(single, nullable, complex, selected);
const removed = fc.constantFrom(
  'title',
  'name.givenName',
  'emails',
  'emails[type eq "work"]',
  'emails[value sw "b"].type',
  enterprise,
);
const operation: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.tuple(verb, assignment).map(([op, [path, value]]) => ({ op, path, value })),
  fc
    .tuple(verb, fc.array(assignment, { maxLength: 3 }))
    .map(([op, keys]) => ({ op, value: Object.fromEntries(keys) })),
  removed.map((path) => ({ op: 'remove', path })),
  email.map((value) => ({ op: 'remove', path: 'emails', value: [value] })),
);
const operations = fc.array(operation, { maxLength: 6 });
const failing = fc.constantFrom<JsonObject>(
  { op: 'remove', path: 'userName' },
  { op: 'replace', path: 'id', value: 'x' },
  { op: 'add', path: 'shoe', value: 'x' },
  { op: 'add', value: { title: 'changed', active: 'yes' } },
  { op: 'replace', path: 'emails[type eq "x"].value', value: 'x' },
);

/** The patched resource, or the ScimError that refused it. */
function attempt(current: JsonObject, requested: readonly JsonValue[]): JsonObject | ScimError {
  try {
    return patch(current, requested);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

function freeze<T extends JsonValue>(value: T): T {
  if (isJsonArray(value) || isJsonObject(value)) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/** The properties of the resource that the paths and keys of an operation lead to. */
function named({ path, value }: JsonObject): readonly (string | undefined)[] {
  const paths = typeof path === 'string' ? [path] : Object.keys(value ?? {});
  return paths.map((text) => {
    const resolved = resolvePath(userType, parsePatchPath(text).path);
    return resolved?.extension?.id ?? resolved?.attribute?.name;
  });
}

describe('applyPatch()', () => {
  test('changes no attribute that no path names', () => {
    fc.assert(
      fc.property(resource, operations, (current, requested) => {
        const patched = attempt(current, requested);
        if (patched instanceof ScimError) return;
        const touched = new Set(requested.flatMap(named));
        for (const property of new Set([...Object.keys(current), ...Object.keys(patched)])) {
          if (!touched.has(property)) expect(patched[property]).toBe(current[property]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('mutates neither the resource nor the operations', () => {
    fc.assert(
      fc.property(resource, operations, (current, requested) => {
        expect(() => attempt(freeze(current), freeze(requested))).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  test('changes nothing when one operation fails', () => {
    fc.assert(
      fc.property(resource, operations, failing, operations, (current, before, failure, after) => {
        const snapshot = structuredClone(current);
        expect(attempt(current, [...before, failure, ...after])).toBeInstanceOf(ScimError);
        expect(current).toEqual(snapshot);
      }),
    );
  });

  test('does in one PATCH what it does in two', () => {
    fc.assert(
      fc.property(resource, operations, operations, (current, first, second) => {
        const halfway = attempt(current, first);
        const twice = halfway instanceof ScimError ? halfway : attempt(halfway, second);
        const once = attempt(current, [...first, ...second]);
        if (twice instanceof ScimError) expect((once as ScimError).code).toBe(twice.code);
        else expect(once).toEqual(twice);
      }),
      { numRuns: 300 },
    );
  });

  test('takes back an added element by removing it', () => {
    const fresh = fc.record({ value: fc.constant('fresh'), type: fc.constantFrom(...emailTypes) });
    fc.assert(
      fc.property(resource, fresh, (current, element) => {
        const add = { op: 'add', path: 'emails', value: [element] };
        expect(patch(current, [add, { op: 'remove', path: 'emails[value eq "fresh"]' }])).toEqual(current);
        expect(patch(current, [add, { op: 'remove', path: 'emails', value: [element] }])).toEqual(current);
      }),
    );
  });

  test('does nothing when it is applied a second time without removals between', () => {
    fc.assert(
      fc.property(resource, assignment, verb, (current, [path, value], op) => {
        const once = attempt(current, [{ op, path, value }]);
        if (once instanceof ScimError) return;
        expect(attempt(once, [{ op, path, value }])).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  test('yields at most one primary value and a valid resource', () => {
    fc.assert(
      fc.property(resource, operations, (current, requested) => {
        const patched = attempt(current, requested);
        if (patched instanceof ScimError) return;
        const values = isJsonArray(patched.emails) ? patched.emails : [];
        expect(values.filter((value) => isJsonObject(value) && value.primary === true).length).toBeLessThan(
          2,
        );
        const valid = validateModified(patched, userType, { current });
        expect(Object.keys(valid).sort()).toEqual(Object.keys(patched).sort());
      }),
      { numRuns: 300 },
    );
  });
});

describe('applyPatch() with hostile names', () => {
  const hostile = fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
  );
  const polluting = { polluted: 'yes', type: 'work', value: 'x' };
  const path = fc
    .tuple(hostile, hostile)
    .chain(([one, two]) =>
      fc.constantFrom(
        one,
        `${one}.${two}`,
        `name.${one}`,
        `emails.${one}`,
        `emails[${one} eq "x"]`,
        `emails[type eq "work"].${one}`,
        `${enterprise}:${one}`,
        `${enterprise}:${one}.polluted`,
        `urn:${one}:${two}`,
        `${one}[${two} eq "x"].polluted`,
      ),
    );
  // JSON.parse() makes "__proto__" an own property, as it arrives in a body.
  const withKey = (key: string, value: JsonValue): JsonValue =>
    JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`);
  const value = hostile.chain((key) =>
    fc.constantFrom<JsonValue>(
      withKey(key, polluting),
      withKey('name', withKey(key, polluting)),
      withKey('emails', [withKey(key, polluting)]),
      withKey(enterprise, withKey(key, polluting)),
      [withKey(key, polluting)],
      polluting,
      'x',
    ),
  );
  const attack = fc.oneof(
    fc.record({ op: verb, path, value }),
    fc.record({
      op: verb,
      path: fc.constantFrom('name', 'emails', enterprise, 'emails[type eq "work"]'),
      value,
    }),
    fc.record({
      op: verb,
      value: fc.oneof(
        value,
        path.chain((key) => value.map((inner) => withKey(key, inner))),
      ),
    }),
    path.map((target) => ({ op: 'remove', path: target })),
  );

  test('refuses them and leaves every prototype alone', () => {
    const names = Reflect.ownKeys(Object.prototype);
    fc.assert(
      fc.property(resource, attack, (current, requested) => {
        const result = attempt(current, [requested]);
        expect(Reflect.ownKeys(Object.prototype)).toEqual(names);
        expect('polluted' in {}).toBe(false);
        if (!(result instanceof ScimError))
          expect(JSON.stringify(result)).not.toMatch(/polluted|__proto__|prototype|constructor/);
        else expect(['invalidPath', 'invalidFilter', 'invalidValue']).toContain(result.code);
      }),
      { numRuns: 1_000 },
    );
  });
});
