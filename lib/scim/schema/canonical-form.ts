import type { Attribute, CanonicalForm } from './attribute.ts';

/** How texts are written that may be written in several ways (RFC 7643 4.1.2). */
const forms: Readonly<Record<CanonicalForm, (text: string) => string>> = {
  /** The domain of a mail address has no case (RFC 5321 2.3.11). */
  email: (text: string) => text.replace(/@[^@]*$/, (domain) => domain.toLowerCase()),
  /** Instant messaging addresses have neither white space nor case. */
  im: (text: string) => text.replaceAll(/\s/g, '').toLowerCase(),
  /** A telephone URI has hyphens between its digits (RFC 3966 3); what is no such URI stays as it is. */
  tel: (text: string) => text.replace(/^tel:([^;]*)/i, (_uri, digits: string) => `tel:${hyphenate(digits)}`),
};

function hyphenate(digits: string): string {
  return digits
    .split(/[\s().-]+/)
    .filter(Boolean)
    .join('-')
    .replace(/^\+-/, '+');
}

/** Writes a text in the canonical form of its attribute; a suggested value gets the case in which it is suggested. */
export function toCanonical(
  text: string,
  {
    canonicalForm,
    canonicalValues,
    caseExact,
  }: Pick<Attribute, 'canonicalForm' | 'canonicalValues' | 'caseExact'>,
): string {
  if (canonicalForm) return forms[canonicalForm](text);
  if (!canonicalValues || caseExact || canonicalValues.includes(text)) return text;
  const folded = text.toLowerCase();
  return canonicalValues.find((value) => value.toLowerCase() === folded) ?? text;
}
