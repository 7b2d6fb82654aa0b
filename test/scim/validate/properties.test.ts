import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../lib/scim/json.ts';
import { defaultSelection, project } from '../../../lib/scim/project.ts';
import type { ResourceType } from '../../../lib/scim/schema/attribute.ts';
import { resourceTypes } from '../../../lib/scim/schema/resource-types.ts';
import { validateModified, validateResource } from '../../../lib/scim/validate.ts';
import { arbitraryBody } from '../../support/arbitrary-resource.ts';
import { failure } from '../../support/failure.ts';

const create = { context: 'create' } as const;

const types = resourceTypes.map((type) => [type.name, type] as const);

describe.each(types)('for any %s that fits', (_, type) => {
  test('validateResource() is idempotent, through project() too; validateModified() changes nothing', () => {
    fc.assert(
      fc.property(arbitraryBody(type), (body) => {
        const once = validateResource(body, type, create);
        const again = validateResource({ schemas: [type.schema.id], ...once }, type, create);
        const { password, ...returned } = once;
        const projected = validateResource(project(once, type, defaultSelection(type)), type, create);

        expect(again).toEqual(once);
        expect(projected).toEqual(returned);
        expect(validateModified(once, type, { current: once })).toEqual(once);
        expect(JSON.stringify(validateResource(body, type, { context: 'replace', current: once }))).toBe(
          JSON.stringify(once),
        );
        expect(password === undefined || typeof password === 'string').toBe(true);
      }),
    );
  });

  test('validateResource() answers anything with a resource or a ScimError', () => {
    const body = fc.jsonValue().map((value) => ({ schemas: [type.schema.id], ...toMembers(type, value) }));
    fc.assert(
      fc.property(body, (value) => {
        const outcome = failure(() => validateResource(value, type, create));
        expect(['no failure', 'invalidValue', 'invalidSyntax']).toContain(
          outcome === 'no failure' ? outcome : (outcome as { code: string }).code,
        );
      }),
    );
  });
});

/** Gives every attribute of the type the same value. */
function toMembers(type: ResourceType, value: unknown): JsonObject {
  return Object.fromEntries(type.schema.attributes.map(({ name }) => [name, value as JsonValue]));
}
