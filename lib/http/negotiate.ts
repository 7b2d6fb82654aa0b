/** The media types of request and response bodies, the preferred one first (RFC 7644 3.8). */
export const mediaTypes = ['application/scim+json', 'application/json'] as const;
/** One media type of a response. */
export type MediaType = (typeof mediaTypes)[number];

interface MediaRange {
  readonly range: string;
  /** From 0 (not acceptable) to 1. */
  readonly quality: number;
}

/**
 * Chooses the media type of a response by the `Accept` header (RFC 7644 3.8 and RFC 9110 12.5.1). It ignores
 * parameters other than `q`. `undefined` if the client accepts none of our media types.
 */
export function chooseMediaType(accept: string | undefined): MediaType | undefined {
  const ranges = readRanges(accept ?? '');
  if (ranges.length === 0) return mediaTypes[0];
  const best = mediaTypes
    .map((type) => ({ type, quality: qualityOf(type, ranges) }))
    .reduce((one, other) => (other.quality > one.quality ? other : one));
  return best.quality > 0 ? best.type : undefined;
}

function readRanges(accept: string): readonly MediaRange[] {
  const items = accept.split(',').map((item) => item.trim());
  return items.filter((item) => item !== '').map(readRange);
}

function readRange(item: string): MediaRange {
  const [range = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
  const written = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length);
  const quality = Number(written ?? 1);
  return { range, quality: quality >= 0 && quality <= 1 ? quality : 1 };
}

/** The quality of the most specific range that covers a type. */
function qualityOf(type: MediaType, ranges: readonly MediaRange[]): number {
  for (const fitting of [type, 'application/*', '*/*']) {
    const found = ranges.find(({ range }) => range === fitting);
    if (found) return found.quality;
  }
  return 0;
}

/** Accepts the `Content-Type` of JSON in UTF-8. A body without the header counts as that (RFC 7644 3.8). */
export function isReadable(contentType: string | null): boolean {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type !== '' && !(mediaTypes as readonly string[]).includes(type)) return false;
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return charset === undefined || /^"?utf-?8"?$/.test(charset);
}
