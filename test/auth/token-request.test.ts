import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OAuthError } from '../../lib/auth/oauth-error.ts';
import { readTokenRequest } from '../../lib/auth/token-request.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const jwtType = 'urn:ietf:params:oauth:token-type:jwt';

const grant = 'client_credentials';
const read = (form: string, authorization?: string) =>
  readTokenRequest({ parameters: new URLSearchParams(form), authorization });
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('readTokenRequest() reads', () => {
  test('client id and secret of the body', () => {
    const form = `grant_type=${grant}&client_id=a&client_secret=b&scope=scim&resource=anything`;
    expect(read(form)).toEqual({ by: 'secret', clientId: 'a', secret: 'b', isBasic: false });
  });

  test.each(['Basic', 'basic', 'BASIC '])('client id and secret of the header, after %s', (scheme) => {
    const header = basic('a%3Ab:c+d%26e:f').replace('Basic', scheme);
    const request = { by: 'secret', clientId: 'a:b', secret: 'c d&e:f', isBasic: true };
    expect(read(`grant_type=${grant}`, header)).toEqual(request);
    expect(read(`grant_type=${grant}&client_id=a:b`, header)).toEqual(request);
  });

  test('an assertion as Entra ID sends it', () => {
    const type = encodeURIComponent(assertionType);
    const form = `grant_type=${grant}&client_id=t&client_assertion_type=${type}&client_assertion=x&scope=scim`;
    expect(read(form)).toEqual({ by: 'assertion', assertion: 'x', clientId: 't' });
  });

  test('a token exchange', () => {
    const form = `grant_type=${exchangeGrant}&subject_token=x&subject_token_type=${jwtType}&audience=a&resource=b`;
    expect(read(form)).toEqual({ by: 'exchange', assertion: 'x', clientId: undefined, targets: ['b', 'a'] });
  });

  test('a parameter without a value as left out (RFC 6749 3.2)', () => {
    const form = `grant_type=${grant}&client_id=a&client_secret=b&scope=&client_assertion=`;
    expect(read(form)).toMatchObject({ by: 'secret' });
  });
});

describe('readTokenRequest() refuses', () => {
  const credentials = 'client_id=a&client_secret=b';
  const exchange = `grant_type=${exchangeGrant}&subject_token=x&subject_token_type=${jwtType}`;
  const refusals: [OAuthError['code'], string, string, string?][] = [
    ['invalid_request', 'nothing', ''],
    ['invalid_request', 'no grant', credentials],
    ['invalid_request', 'an empty grant', `grant_type=&${credentials}`],
    ['unsupported_grant_type', 'a password', `grant_type=password&username=u&password=p&${credentials}`],
    ['unsupported_grant_type', 'a code', `grant_type=authorization_code&code=x&${credentials}`],
    ['unsupported_grant_type', 'a grant in other letters', `grant_type=Client_Credentials&${credentials}`],
    ['invalid_scope', 'another scope', `grant_type=${grant}&scope=manage&${credentials}`],
    ['invalid_scope', 'a scope more', `grant_type=${grant}&scope=scim+manage&${credentials}`],
    ['invalid_request', 'a parameter twice', `grant_type=${grant}&scope=scim&scope=scim&${credentials}`],
    ['invalid_request', 'a secret twice', `grant_type=${grant}&${credentials}&client_secret=c`],
    ['invalid_client', 'no client', `grant_type=${grant}`],
    ['invalid_client', 'no secret', `grant_type=${grant}&client_id=a`],
    ['invalid_request', 'no client id', `grant_type=${grant}&client_secret=b`],
    ['invalid_request', 'secret and Basic', `grant_type=${grant}&${credentials}`, basic('a:b')],
    ['invalid_request', 'another client id than Basic', `grant_type=${grant}&client_id=b`, basic('a:b')],
    ['invalid_client', 'another scheme', `grant_type=${grant}&${credentials}`, 'Bearer x'],
    ['invalid_client', 'Basic without a colon', `grant_type=${grant}`, basic('ab')],
    ['invalid_client', 'Basic without a client id', `grant_type=${grant}`, basic(':b')],
    ['invalid_client', 'Basic that is not base64', `grant_type=${grant}`, 'Basic a:b'],
    [
      'invalid_request',
      'secret and assertion',
      `grant_type=${grant}&${credentials}&client_assertion=x&client_assertion_type=${assertionType}`,
    ],
    [
      'invalid_request',
      'Basic and assertion',
      `grant_type=${grant}&client_assertion=x&client_assertion_type=${assertionType}`,
      basic('a:b'),
    ],
    ['invalid_request', 'an assertion without its type', `grant_type=${grant}&client_assertion=x`],
    [
      'invalid_request',
      'a type without assertion',
      `grant_type=${grant}&client_assertion_type=${assertionType}`,
    ],
    [
      'invalid_request',
      'an assertion of another type',
      `grant_type=${grant}&client_assertion=x&client_assertion_type=${assertionType.replace('jwt', 'saml2')}`,
    ],
    [
      'invalid_request',
      'an exchange of nothing',
      `grant_type=${exchangeGrant}&subject_token_type=${jwtType}`,
    ],
    ['invalid_request', 'an exchange of no type', `grant_type=${exchangeGrant}&subject_token=x`],
    ['invalid_request', 'an exchange for an actor', `${exchange}&actor_token=y&actor_token_type=${jwtType}`],
    ['invalid_request', 'an exchange with a secret', `${exchange}&${credentials}`],
    ['invalid_request', 'an exchange with Basic', exchange, basic('a:b')],
    ['invalid_request', 'an exchange with an assertion', `${exchange}&client_assertion=x`],
    [
      'invalid_request',
      'an exchange for a refresh token',
      `${exchange}&requested_token_type=urn:ietf:params:oauth:token-type:refresh_token`,
    ],
  ];
  test.each(refusals)('%s: %s', (code, _, form, authorization) => {
    const error = thrownBy(() => read(form, authorization));
    expect(error).toMatchObject({ code });
    const isBasic = code === 'invalid_client' && authorization !== undefined;
    expect(error).toMatchObject({ challenge: isBasic });
  });

  test('whatever else comes with OAuthError, in the characters that RFC 6749 5.2 allows and without what came', () => {
    const names = [
      'grant_type',
      'client_id',
      'client_secret',
      'scope',
      'client_assertion',
      'subject_token',
      '__proto__',
    ];
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(grant, exchangeGrant, jwtType, assertionType, 'scim', ''),
    );
    const parameters = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string()), value));
    const authorization = fc.option(fc.oneof(fc.string(), fc.string().map(basic)), { nil: undefined });
    fc.assert(
      fc.property(parameters, authorization, (sent, header) => {
        const error = thrownBy(() => readTokenRequest({ parameters: sent, authorization: header }));
        if (error === undefined) return;
        expect(error).toBeInstanceOf(OAuthError);
        expect((error as OAuthError).message).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
      }),
      { numRuns: 2_000 },
    );
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}
