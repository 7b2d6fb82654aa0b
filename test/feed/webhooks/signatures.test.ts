import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import {
  ed25519Keys,
  signAsymmetric,
  signatureHeaders,
  signingKeys,
} from '../../../lib/feed/webhooks/signatures.ts';

describe('signatures', () => {
  test('by v1a is that of the specification', () => {
    // The example of the specification; its key pair, id, time and body are those of Svix, whose example it is.
    const pair = '6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
    const { privateKey, publicKey } = ed25519Keys(Buffer.from(pair, 'base64').subarray(0, 32));
    expect(publicKey).toBe('whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=');
    const signed = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: 1_614_265_330_000,
      body: '{"test": 2432232314}',
    };
    expect(signAsymmetric(signed, privateKey)).toBe(
      'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    );
  });

  test('of two secrets are checked with either, by both schemes', () => {
    const keys = [signingKeys(randomBytes(32)), signingKeys(randomBytes(32))];
    const body = JSON.stringify({ type: 'user.created', name: 'Änne 😀' });
    const headers = signatureHeaders({ id: 'evt_1', at: Date.now(), body }, keys);
    const parts = headers['webhook-signature'].split(' ');
    expect(parts.map((part) => part.split(',')[0])).toEqual(['v1', 'v1a', 'v1', 'v1a']);
    for (const [index, { secret, publicKey }] of keys.entries()) {
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      const x = Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url');
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
      const content = Buffer.from(`evt_1.${headers['webhook-timestamp']}.${body}`);
      const signature = Buffer.from(parts[2 * index + 1]?.slice('v1a,'.length) ?? '', 'base64');
      expect(verify(null, content, key, signature)).toBe(true);
    }
    expect(() => new Webhook(signingKeys(randomBytes(32)).secret).verify(body, headers)).toThrow();
  });
});
