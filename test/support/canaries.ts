/** Texts that must not appear, by what they stand for. */
export type Canaries = Readonly<Record<string, string>>;

type Encode = (text: string) => string;

const bytesOf = (text: string) => [...Buffer.from(text)];
const hex = (byte: number) => byte.toString(16).padStart(2, '0');
const escaped = (text: string) => JSON.stringify(text).slice(1, -1);
const unicodeEscapes = (text: string) =>
  [...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`);

/** How a text may be written, compared without case. */
const encodings: Readonly<Record<string, Encode>> = {
  plain: (text) => text,
  JSON: escaped,
  'JSON in JSON': (text) => escaped(escaped(text)),
  'JSON in ASCII': (text) =>
    escaped(text).replace(/[^ -~]/g, (character) => unicodeEscapes(character).join('')),
  'JSON escapes': (text) => unicodeEscapes(text).join(''),
  URL: encodeURIComponent,
  'URL in a URL': (text) => encodeURIComponent(encodeURIComponent(text)),
  form: (text) => new URLSearchParams({ '': text }).toString().slice(1),
  'percent signs': (text) =>
    bytesOf(text)
      .map((byte) => `%${hex(byte)}`)
      .join(''),
  hexadecimal: (text) => bytesOf(text).map(hex).join(''),
  'a printed buffer': (text) => bytesOf(text).map(hex).join(' '),
  'a buffer in JSON': (text) => bytesOf(text).join(','),
  HTML: (text) => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`),
  'UTF-16': (text) => Buffer.from(text, 'utf16le').toString('latin1'),
};

/**
 * Base64 of a text that stands anywhere in what is encoded: behind 0, 1 or 2 bytes, without the characters that it
 * shares with its neighbours; of a text too short for that nothing.
 */
function base64(text: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
    const [standard, url] = [whole.toString('base64'), whole.toString('base64url')];
    return [standard, url]
      .map((encoded) => encoded.slice(before === 0 ? 0 : 4))
      .filter(({ length }) => length > 8);
  });
}

/** Names each canary that is in a text, plain, escaped or encoded, in any case, with the encoding it was found in. */
export function findCanaries(text: string, canaries: Canaries): readonly string[] {
  const lower = text.toLowerCase();
  return Object.entries(canaries).flatMap(([name, canary]) => {
    const cases = [canary, canary.toLowerCase(), canary.toUpperCase()];
    const holds = (encode: Encode) => cases.some((one) => lower.includes(encode(one).toLowerCase()));
    const [found] = Object.entries(encodings).find(([, encode]) => holds(encode)) ?? [];
    const inBase64 = cases.flatMap(base64).some((encoded) => text.includes(encoded));
    const encoding = found ?? (inBase64 ? 'base64' : undefined);
    return encoding === undefined ? [] : [`${name} (${encoding})`];
  });
}
