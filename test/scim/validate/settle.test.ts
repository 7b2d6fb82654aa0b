import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../lib/scim/json.ts';
import type { ResourceType } from '../../../lib/scim/schema/attribute.ts';
import { userType } from '../../../lib/scim/schema/resource-types.ts';
import { userSchema } from '../../../lib/scim/schema/user.ts';
import { validateModified, validateResource } from '../../../lib/scim/validate.ts';
import { failure } from '../../support/failure.ts';
import { badge, badgeType } from './badge.ts';

describe('validateResource() when a resource is replaced', () => {
  const current = { ...badge, pin: '1234', level: 1, issuer: { value: 'i', note: 'n' } };

  function replaced(attributes: JsonObject): JsonObject {
    const body = { schemas: ['urn:example:Badge'], ...attributes };
    return validateResource(body, badgeType, { context: 'replace', current });
  }

  test('clears what is left out, except immutable and never returned attributes', () => {
    expect(replaced({})).toEqual({ ...badge, pin: '1234' });
  });

  test('replaces what is given, and the parts of a complex value that are left out go', () => {
    expect(replaced({ pin: '9', level: 2, issuer: { value: 'i' } })).toEqual({
      ...badge,
      pin: '9',
      level: 2,
      issuer: { value: 'i' },
    });
  });

  test('keeps an immutable part that the client leaves out', () => {
    const typed: ResourceType = {
      ...badgeType,
      schema: {
        ...badgeType.schema,
        attributes: badgeType.schema.attributes.map((one) =>
          one.name === 'issuer'
            ? {
                ...one,
                subAttributes: [
                  { name: 'value', mutability: 'immutable', description: 'V' },
                  { name: 'note', description: 'N' },
                ],
              }
            : one,
        ),
      },
    };
    const body = { schemas: ['urn:example:Badge'], issuer: { note: 'm' } };
    expect(validateResource(body, typed, { context: 'replace', current }).issuer).toEqual({
      value: 'i',
      note: 'm',
    });
  });

  test('sets an immutable attribute that had no value', () => {
    const body = { schemas: ['urn:example:Badge'], ...badge, issuer: { value: 'new' } };
    const resource = validateResource(body, badgeType, { context: 'replace', current: badge });
    expect(resource.issuer).toEqual({ value: 'new' });
  });

  test.each<[JsonObject, string]>([
    [{ serial: 'A2' }, 'serial'],
    [{ issuer: { value: 'j' } }, 'issuer.value'],
    [{ 'urn:example:Site': { site: 'C' } }, 'urn:example:Site:site'],
  ])('%j throws mutability', (attributes, path) => {
    const detail = `${path} is immutable: send its current value or leave it out`;
    expect(failure(() => replaced(attributes))).toEqual({ code: 'mutability', detail });
  });

  test('requires what the schema requires', () => {
    const body = { schemas: [userSchema.id], title: 'T' };
    const options = { context: 'replace', current: { userName: 'bjensen' } } as const;
    expect(failure(() => validateResource(body, userType, options))).toEqual({
      code: 'invalidValue',
      detail: 'userName is required and must not be empty',
    });
  });
});

describe('validateModified()', () => {
  const current = { userName: 'bjensen', title: 'T' };

  test('gives the canonical form of the modified resource', () => {
    const resource: JsonObject = {
      title: null,
      userName: 'b',
      emails: [{}, { value: 'a' }, { value: 'A' }],
      name: {},
    };
    expect(validateModified(resource, userType, { current })).toEqual({
      userName: 'b',
      emails: [{ value: 'a' }],
    });
  });

  // RFC 7644 3.5.2.2: a required attribute that becomes unassigned answers "mutability".
  test.each<JsonObject>([{ title: 'T' }, { userName: null }, { userName: '' }])(
    '%j throws mutability',
    (resource) => {
      expect(failure(() => validateModified(resource, userType, { current }))).toEqual({
        code: 'mutability',
        detail: 'userName is required and cannot be removed: replace it',
      });
    },
  );

  test('throws mutability when an immutable attribute changes or goes', () => {
    for (const resource of [{ 'urn:example:Site': { site: 'B' } }, { ...badge, serial: 'A2' }]) {
      expect(failure(() => validateModified(resource, badgeType, { current: badge }))).toMatchObject({
        code: 'mutability',
      });
    }
  });

  test('throws invalidValue for a value that does not fit', () => {
    const resource = { ...current, active: 'yes' };
    expect(failure(() => validateModified(resource, userType, { current }))).toEqual({
      code: 'invalidValue',
      detail: 'active must be true or false',
    });
  });

  test('clears a never returned attribute that a PATCH removed', () => {
    expect(validateModified(badge, badgeType, { current: { ...badge, pin: '1' } })).toEqual(badge);
  });
});
