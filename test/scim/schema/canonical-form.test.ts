import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCanonical } from '../../../lib/scim/schema/canonical-form.ts';

const forms = ['email', 'im', 'tel'] as const;

describe('toCanonical()', () => {
  test.each([
    ['email', 'B.Jensen@EXAMPLE.Com', 'B.Jensen@example.com'],
    ['email', '"a@B"@EXAMPLE.com', '"a@B"@example.com'],
    ['email', 'Not an address', 'Not an address'],
    ['im', ' Some One 99\n', 'someone99'],
    ['tel', 'TEL:+1 (201) 555.0123', 'tel:+1-201-555-0123'],
    ['tel', 'tel:+1-201-555-0123;ext=A 1', 'tel:+1-201-555-0123;ext=A 1'],
    ['tel', 'tel:+(1)201', 'tel:+1-201'],
    ['tel', '+1 (201) 555 0123', '+1 (201) 555 0123'],
    ['tel', 'call tel:+1 201', 'call tel:+1 201'],
    ['tel', 'tel:(201)  555', 'tel:201-555'],
    ['tel', 'tel:1+(201', 'tel:1+-201'],
  ] as const)('writes the %s %j as %j', (canonicalForm, text, expected) => {
    expect(toCanonical(text, { canonicalForm })).toBe(expected);
  });

  test.each([
    ['WORK', 'work'],
    ['work', 'work'],
    ['Elsewhere', 'Elsewhere'],
  ])('writes %s among suggested values as %s', (text, expected) => {
    const canonicalValues = ['work', 'home'];
    expect(toCanonical(text, { canonicalValues })).toBe(expected);
    expect(toCanonical(text, { canonicalValues, caseExact: true })).toBe(text);
  });

  test('changes nothing the second time', () => {
    const attributes = fc.constantFrom(...forms.map((canonicalForm) => ({ canonicalForm })));
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string().map((text) => `tel:${text}`),
    );
    fc.assert(
      fc.property(texts, attributes, (text, attribute) => {
        const once = toCanonical(text, attribute);
        expect(toCanonical(once, attribute)).toBe(once);
      }),
    );
  });
});
