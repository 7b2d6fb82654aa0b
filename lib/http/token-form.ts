import type { HttpRequest } from '@azure/functions';
import { OAuthError } from '../auth/oauth-error.ts';
import { limits } from '../base/limits.ts';
import { ScimError } from '../scim/errors.ts';
import { readText } from './body.ts';

/** The form of token requests at one address. */
export interface TokenForm {
  /** The media types of the body. */
  readonly mediaTypes: readonly ('application/x-www-form-urlencoded' | 'application/json')[];
  /** The name of a header that must be `true`. */
  readonly flag?: string;
  /** The grant type of requests that name none. */
  readonly grantType?: string;
}

/** The form of RFC 6749 3.2. */
export const oauthForm: TokenForm = { mediaTypes: ['application/x-www-form-urlencoded'] };

/** The form that SigningHub's clients use for a token that is valid for SCIM only. */
export const signingHubForm: TokenForm = {
  mediaTypes: ['application/x-www-form-urlencoded', 'application/json'],
  flag: 'X-SCIM',
  grantType: 'client_credentials',
};

const bound = {
  bytesMax: limits.tokenRequestBytesMax,
  detail: `The request body must not exceed ${limits.tokenRequestBytesMax} bytes`,
};

/**
 * Reads the parameters of a token request, in the client's order and with repetitions.
 *
 * Throws OAuthError `invalid_request`, or ScimError `methodNotAllowed`, `payloadTooLarge` or `invalidSyntax`.
 */
export async function readParameters(
  request: HttpRequest,
  { mediaTypes, flag }: TokenForm,
): Promise<Iterable<readonly [string, string]>> {
  if (request.method !== 'POST') {
    throw new ScimError('methodNotAllowed', {
      detail: 'Request a token with POST',
      headers: { Allow: 'POST' },
    });
  }
  const [type = ''] = (request.headers.get('content-type') ?? '').toLowerCase().split(';');
  const mediaType = mediaTypes.find((one) => one === type.trim());
  if (!mediaType) throw invalid(`The request body must be ${mediaTypes.join(' or ')}`);
  if (flag && request.headers.get(flag)?.toLowerCase() !== 'true') {
    throw invalid(`Send the header ${flag}: true: this address issues tokens for the SCIM endpoint only`);
  }
  const text = await readText(request, bound);
  return mediaType === 'application/json' ? membersOf(text) : new URLSearchParams(text);
}

function membersOf(text: string): readonly (readonly [string, string])[] {
  const members = Object.entries(parseObject(text));
  return members.map(([name, value]) => {
    if (typeof value !== 'string') throw invalid('Every member of the JSON object must be a string');
    return [name, value];
  });
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Falls through to the same refusal as for JSON that is not an object.
  }
  throw invalid('The request body must be a JSON object');
}

function invalid(message: string): OAuthError {
  return new OAuthError('invalid_request', message);
}
