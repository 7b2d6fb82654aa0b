import { describe, expect, test } from 'vitest';
import { chooseMediaType, isReadable } from '../../lib/http/negotiate.ts';

const scimJson = 'application/scim+json';
const json = 'application/json';

describe('chooseMediaType()', () => {
  test.each([
    [undefined, scimJson],
    ['', scimJson],
    ['*/*', scimJson],
    ['application/*', scimJson],
    [scimJson, scimJson],
    ['APPLICATION/SCIM+JSON', scimJson],
    ['application/scim+json; charset=utf-8', scimJson],
    [json, json],
    [`text/html, ${json};q=0.2`, json],
    [`${json}, ${scimJson}`, scimJson],
    [`${json};q=0.9, ${scimJson};q=0.8`, json],
    [`${json}, */*;q=0.1`, json],
    [`${scimJson};q=0, */*`, json],
    [`${json};q=0, application/*;q=0.5`, scimJson],
    [`${json};q=nonsense, ${scimJson};q=0.5`, json],
    ['text/html', undefined],
    ['text/*, image/png', undefined],
    ['*/*;q=0', undefined],
    [`${scimJson};q=0.0, ${json};q=0`, undefined],
  ])('answers Accept %o with %s', (accept, mediaType) => {
    expect(chooseMediaType(accept)).toBe(mediaType);
  });
});

describe('isReadable()', () => {
  test.each([
    null,
    '',
    scimJson,
    json,
    'Application/JSON',
    'application/json; charset=UTF-8',
    'application/scim+json;charset="utf-8"',
    'application/json; version=2',
  ])('accepts a body of %o', (contentType) => {
    expect(isReadable(contentType)).toBe(true);
  });

  test.each([
    'text/plain',
    'application/xml',
    'application/json+scim',
    'application/json; charset=iso-8859-1',
    'application/scim+json; charset="utf-16"',
    'application/x-www-form-urlencoded',
  ])('refuses a body of %o', (contentType) => {
    expect(isReadable(contentType)).toBe(false);
  });
});
