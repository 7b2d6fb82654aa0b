import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../lib/scim/json.ts';
import type { AttributeType } from '../../../lib/scim/schema/attribute.ts';
import { unmetForm } from '../../../lib/scim/validate/simple-value.ts';

const fits = (value: JsonValue, type: AttributeType) =>
  unmetForm(value, { name: 'a', type, description: 'A' });

describe('unmetForm()', () => {
  const lastDays = [
    '01-31',
    '03-31',
    '04-30',
    '05-31',
    '06-30',
    '07-31',
    '08-31',
    '09-30',
    '10-31',
    '11-30',
    '12-31',
  ];

  test.each([
    ...lastDays.map((day) => `2026-${day}`),
    ...['0001-01-01', '2026-02-28', '2024-02-29', '2000-02-29'],
  ])('finds %s to be a date', (date) => {
    expect(fits(`${date}T08:00:00Z`, 'dateTime')).toBeUndefined();
  });

  test.each([
    ...['0000-01-01', '2026-00-01', '2026-13-01', '2026-01-00', '2026-01-32', '2026-04-31', '2026-06-31'],
    ...['2026-09-31', '2026-11-31', '2026-12-32', '2026-02-29', '1900-02-29', '2100-02-29', '2024-02-30'],
  ])('finds %s to be none', (date) => {
    expect(fits(`${date}T08:00:00Z`, 'dateTime')).toBe('a date and time such as "2026-01-31T08:00:00Z"');
  });

  test.each<[AttributeType, JsonValue, boolean]>([
    ['binary', 'QUJD', true],
    ['binary', 'QUI', true],
    ['binary', 'QUI=', true],
    ['binary', 'QQ==', true],
    ['binary', '_-8', true],
    ['binary', '', true],
    ['binary', 'Q', false],
    ['binary', 'QUJDQ', false],
    ['binary', 'QUI==', false],
    ['binary', 'Q===', false],
    ['binary', '_/8', false],
    ['binary', 1, false],
    ['binary', ['QUJD'], false],
    ['decimal', 1.5, true],
    ['decimal', '1', false],
    ['decimal', true, false],
    ['dateTime', 20260131, false],
    ['dateTime', ['2026-01-31T08:00:00Z'], false],
    ['reference', 'urn:x', true],
    ['reference', ['urn:x'], false],
    ['complex', 'anything', true],
  ])('of %s and %j', (type, value, isMet) => {
    expect(fits(value, type) === undefined).toBe(isMet);
  });
});
