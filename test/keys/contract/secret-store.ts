import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mintKey } from '../../../lib/keys/key-format.ts';
import type { SecretStore } from '../../../lib/keys/secret-store.ts';

export interface OpenSecrets {
  /** What one more instance of the deployment works with. */
  readonly join: () => SecretStore;
  readonly dispose: () => Promise<void>;
}

export interface Deviations {
  /** It answers a disabled secret as an absent one. */
  readonly hidesDisabled?: boolean;
}

const record = {
  hash: Buffer.alloc(32, 7).toString('base64url'),
  pepper: 'pepper-v1',
  expires: Date.UTC(2027, 0, 1),
  tags: { tenant: 't1' },
};
const freshKeyId = () => mintKey(randomBytes).keyId;
const freshName = () => `contract-${randomBytes(6).toString('hex')}`;

/** What every place for secrets keeps; uses the port alone, and key ids of its own. */
export function secretStoreContract(
  name: string,
  open: () => Promise<OpenSecrets>,
  { hidesDisabled = false }: Deviations = {},
): void {
  describe(name, () => {
    let opened: OpenSecrets;
    let secrets: SecretStore;
    let other: SecretStore;
    beforeAll(async () => {
      opened = await open();
      secrets = opened.join();
      other = opened.join();
    });
    afterAll(() => opened?.dispose());

    test('put() keeps a record for get() of every instance', async () => {
      const keyId = freshKeyId();
      await secrets.put(keyId, record);
      expect(await secrets.get(keyId)).toEqual(record);
      expect(await other.get(keyId)).toEqual(record);
      expect(await secrets.get(freshKeyId())).toBeUndefined();
    });

    test('put() rounds the expiry up to a second, if at all', async () => {
      const keyId = freshKeyId();
      await secrets.put(keyId, { ...record, expires: record.expires - 999 });
      const found = await secrets.get(keyId);
      const expires = found === 'disabled' ? undefined : found?.expires;
      expect([record.expires - 999, record.expires]).toContain(expires);
    });

    test('put() refuses a key id that is in use, and leaves its record alone', async () => {
      const keyId = freshKeyId();
      await secrets.put(keyId, record);
      const second = { ...record, hash: Buffer.alloc(32, 8).toString('base64url') };
      for (const instance of [secrets, other]) {
        await expect(instance.put(keyId, second)).rejects.toMatchObject({ kind: 'conflict' });
      }
      expect(await secrets.get(keyId)).toEqual(record);
    });

    test('put() lets one of racing instances have the key id, and says so to the other', async () => {
      const keyId = freshKeyId();
      const settled = await Promise.allSettled([secrets.put(keyId, record), other.put(keyId, record)]);
      expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    test.skipIf(hidesDisabled)('disable() leaves word that the record is disabled, everywhere', async () => {
      const keyId = freshKeyId();
      await secrets.put(keyId, record);
      await secrets.disable(keyId);
      expect(await secrets.get(keyId)).toBe('disabled');
      expect(await other.get(keyId)).toBe('disabled');
      await expect(secrets.put(keyId, record)).rejects.toMatchObject({ kind: 'conflict' });
    });

    test('disable() may be repeated, passes over what is absent, and touches no other record', async () => {
      const [keyId, neighbour] = [freshKeyId(), freshKeyId()];
      await secrets.put(keyId, record);
      await secrets.put(neighbour, record);
      await secrets.disable(keyId);
      await other.disable(keyId);
      await secrets.disable(freshKeyId());
      expect(await secrets.get(neighbour)).toEqual(record);
      expect(await secrets.get(keyId)).not.toEqual(record);
    });

    test('remove() takes a record away for good, enabled or disabled', async () => {
      for (const prepare of [async () => undefined, (keyId: string) => secrets.disable(keyId)]) {
        const keyId = freshKeyId();
        await secrets.put(keyId, record);
        await prepare(keyId);
        await secrets.remove(keyId);
        await other.remove(keyId);
        expect(await other.get(keyId)).toBeUndefined();
        await secrets.disable(keyId);
        expect(await secrets.get(keyId)).toBeUndefined();
        await expect(other.put(keyId, record)).rejects.toMatchObject({ kind: 'conflict' });
      }
      await secrets.remove(freshKeyId());
    });

    test('serverSecret() is 256 bits, one for each name and the same ever after', async () => {
      const name = freshName();
      const first = await secrets.serverSecret(name);
      expect(first).toHaveLength(32);
      expect(await secrets.serverSecret(name)).toEqual(first);
      expect(await opened.join().serverSecret(name)).toEqual(first);
      expect(await secrets.serverSecret(freshName())).not.toEqual(first);
    });

    test('removeServerSecret() takes the bytes of one name away for good', async () => {
      const [gone, kept] = [freshName(), freshName()];
      const [former, first] = [await secrets.serverSecret(gone), await secrets.serverSecret(kept)];
      await secrets.removeServerSecret(gone);
      await other.removeServerSecret(gone);
      // A vault keeps the name of what was deleted, so that it is not used again.
      const later = await other.serverSecret(gone).catch(() => undefined);
      expect(later).not.toEqual(former);
      expect(await other.serverSecret(kept)).toEqual(first);
    });

    test('serverSecret() is the same for instances that race to create it', async () => {
      const name = freshName();
      const instances = Array.from({ length: 8 }, () => opened.join());
      const found = await Promise.all(instances.map((instance) => instance.serverSecret(name)));
      const texts = found.map((bytes) => Buffer.from(bytes).toString('hex'));
      expect(new Set(texts).size).toBe(1);
      expect(Buffer.from(await opened.join().serverSecret(name)).toString('hex')).toBe(texts[0]);
    });
  });
}
