import { parseKey } from '../keys/key-format.ts';

/** The end of each sentence that a customer's administrator cannot act on alone. */
const askProvider = 'ask the provider who gave you the Tenant URL';

const missing =
  'The request has no token: enter the secret token in your identity provider. ' +
  `If you have none, ${askProvider}`;
const incomplete =
  'The token is incomplete, unknown, expired or revoked: copy it again, from its first character to its last. ' +
  `If that does not help, ${askProvider} for a new one`;

const quotes = /^(?:["'`´<[{(]|%22|\u00e2\u0080|[\u2018-\u201f])/i;

interface Mistake {
  readonly holds: (authorization: string) => boolean;
  readonly advice: string;
}

/** Mistakes that people make when they enter a token, the first that fits counts. */
const mistakes: readonly Mistake[] = [
  { holds: (text) => text.trim() === '' || /^bearer\s*$/i.test(text.trim()), advice: missing },
  {
    holds: (text) => /,\s*\S/.test(text),
    advice: 'The header Authorization is sent twice: enter the token in one place only',
  },
  {
    holds: (text) => /^bearer[^\s]/i.test(text.trim()),
    advice:
      'After the word Bearer in the header Authorization must come a space and then the token: remove what stands ' +
      'between them, or add the space',
  },
  {
    holds: (text) => quotes.test(withoutScheme(text)),
    advice: 'The token is in quotation marks or brackets: enter it without them',
  },
  {
    holds: (text) => /^(?:bearer\b|authorization\b|token\b)/i.test(withoutScheme(text)),
    advice:
      'The token begins with the word Bearer or the name of the header, which your identity provider adds itself: ' +
      'enter the token alone, which begins with muster_',
  },
  {
    holds: (text) => /^(?:basic|digest|negotiate|ntlm|token|apikey|dpop)\b/i.test(text),
    advice:
      'The header Authorization must be the word Bearer and the token: choose the bearer token (in some products ' +
      '"HTTP header" or "secret token") as the way to authenticate',
  },
  {
    holds: (text) => parseKey(text.trim()) !== undefined,
    advice: 'The word Bearer and a space are missing before the token in the header Authorization: add them',
  },
];

const withoutScheme = (text: string) => text.trim().replace(/^bearer[\s:]+/i, '');

/** Says what is wrong with the form of an `Authorization` header, and what a customer's administrator can change. */
export function adviceOnForm(authorization: string): string {
  return mistakes.find(({ holds }) => holds(authorization))?.advice ?? incomplete;
}

/** Says at which Tenant URL a good credential works. */
export function adviceOnPath(tenantUrl: string): string {
  return `The token is good, but not for this address: enter ${tenantUrl} as the Tenant URL`;
}

/** All sentences on the form and the address of a credential, for the page of errors. */
export const credentialAdvice: readonly string[] = [
  ...mistakes.map(({ advice }) => advice),
  incomplete,
  adviceOnPath('<tenant URL>'),
];
