import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** The keys of one secret of an endpoint. */
export interface SigningKeys {
  /** The secret for `v1`, as the receiver enters it: `whsec_…`. */
  readonly secret: string;
  /** The key for `v1a`. */
  readonly privateKey: KeyObject;
  /** The key with which the receiver can check `v1a`, which need not be kept secret: `whpk_…`. */
  readonly publicKey: string;
}

/** The parts of a delivery that its signatures cover. */
export interface Signed {
  readonly id: string;
  /** Milliseconds since 1970. The header has whole seconds. */
  readonly at: number;
  readonly body: string;
}

/** The bytes before a seed in a private key of Ed25519 (RFC 8410 7, PKCS #8). */
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Derives the keys of both schemes from a secret of 32 bytes, so that neither tells the other. */
export function signingKeys(secret: Uint8Array): SigningKeys {
  const derive = (scheme: string) => createHmac('sha256', secret).update(scheme).digest();
  return { secret: `whsec_${derive('v1').toString('base64')}`, ...ed25519Keys(derive('v1a')) };
}

/** The pair of keys of a seed of 32 bytes. */
export function ed25519Keys(seed: Uint8Array): Pick<SigningKeys, 'privateKey' | 'publicKey'> {
  const der = Buffer.concat([privateKeyPrefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { privateKey, publicKey: `whpk_${Buffer.from(x, 'base64url').toString('base64')}` };
}

/** The headers of a delivery (Standard Webhooks). Each of the keys signs it by both schemes. */
export function signatureHeaders(signed: Signed, keys: readonly SigningKeys[]) {
  const { id, at, body } = signed;
  const signatures = keys.flatMap(({ secret, privateKey }) => [
    new Webhook(secret).sign(id, new Date(at), body),
    signAsymmetric(signed, privateKey),
  ]);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}

/** Signs by the scheme `v1a`. */
export function signAsymmetric({ id, at, body }: Signed, privateKey: KeyObject): string {
  const content = `${id}.${Math.floor(at / 1_000)}.${body}`;
  return `v1a,${sign(null, Buffer.from(content), privateKey).toString('base64')}`;
}
