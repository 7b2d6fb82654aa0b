import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Trust } from '../../lib/tenants/trust.ts';

/** A key of an issuer, with the half that it publishes. */
export interface SigningKey {
  readonly id: string;
  readonly algorithm: string;
  readonly secret: CryptoKey;
  readonly published: JWK;
}

/** An issuer of tokens, as Entra ID is one: a server that publishes its keys, and the hand that signs. */
export interface Issuer {
  /** `127.0.0.1:port`. */
  readonly host: string;
  readonly jwksUri: string;
  /** How often its keys were asked for. */
  asked(): number;
  publish(...keys: readonly SigningKey[]): void;
  /** Answers otherwise than with keys from now on; `undefined` ends that. */
  fail(answer: Failure | 'silence' | undefined): void;
  stop(): Promise<void>;
}

export interface Failure {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export async function startIssuer(): Promise<Issuer> {
  let asked = 0;
  let keys: readonly SigningKey[] = [];
  let failure: Failure | 'silence' | undefined;
  const server = createServer((_, response) => {
    asked += 1;
    if (failure === 'silence') return;
    const set = JSON.stringify({ keys: keys.map(({ published }) => published) });
    const { status, headers, body } = failure ?? { status: 200, body: set };
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    jwksUri: `http://${host}/keys`,
    asked: () => asked,
    publish: (...published) => {
      keys = published;
    },
    fail: (answer) => {
      failure = answer;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export async function makeKey(id: string, algorithm = 'RS256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const published = { ...(await exportJWK(publicKey)), kid: id, use: 'sig' };
  return { id, algorithm, secret: privateKey, published };
}

export const entraTenant = 'ce5f061f-abe6-4e40-9615-301f87bcb7f0';
const subject = 'd2f8ee76-c549-45b8-a143-f5b640669704';
const application = 'b5ba7a93-4452-4522-aeb4-a2b5da870c16';

/** A trust in tokens as Entra ID issues them, with the values that a person copies from its form. */
export function trustIn({ jwksUri }: Pick<Issuer, 'jwksUri'>, changes: Partial<Trust> = {}): Trust {
  const issuer = `https://login.microsoftonline.com/${entraTenant}/v2.0`;
  return {
    ...{ issuer, subject, audience: `api://${application}`, tenantId: entraTenant, jwksUri },
    ...changes,
  };
}

/** The claims of such a token, issued at this moment (milliseconds since 1970) for 65 minutes. */
export function claimsAt(moment: number, changes: object = {}): JWTPayload {
  const { issuer: iss, audience: aud, tenantId: tid } = trustIn({ jwksUri: '' });
  const iat = Math.floor(moment / 1000);
  const times = { iat, nbf: iat, exp: iat + 3_900 };
  return { ...{ iss, sub: subject, aud, tid, appid: application, ver: '2.0' }, ...times, ...changes };
}

export function signClaims(key: SigningKey, claims: JWTPayload, header: object = {}): Promise<string> {
  const fields = { alg: key.algorithm, kid: key.id, typ: 'JWT', ...header };
  return new SignJWT(claims).setProtectedHeader(fields).sign(key.secret);
}
