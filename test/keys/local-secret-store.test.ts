import { describe, expect, test } from 'vitest';
import { createLocalSecretStore } from '../../lib/keys/local-secret-store.ts';
import { openDeployment } from './instance.ts';

const record = { hash: 'aGFzaA', pepper: 'pepper-v1', expires: 5, enabled: true, tags: { tenant: 't1' } };

describe('createLocalSecretStore()', () => {
  test('put() keeps a record for get() and refuses to overwrite it', async () => {
    const secrets = createLocalSecretStore(await openDeployment());
    await secrets.put('abcdefghijkl', record);
    await expect(secrets.put('abcdefghijkl', record)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await secrets.get('abcdefghijkl')).toEqual(record);
    expect(await secrets.get('abcdefghijkm')).toBeUndefined();
  });

  test('disable() leaves the record readable, may be repeated and passes over what is absent', async () => {
    const secrets = createLocalSecretStore(await openDeployment());
    await secrets.put('abcdefghijkl', record);
    await secrets.disable('abcdefghijkl');
    await secrets.disable('abcdefghijkl');
    await secrets.disable('absent');
    expect(await secrets.get('abcdefghijkl')).toEqual({ ...record, enabled: false });
    expect(await secrets.get('absent')).toBeUndefined();
  });

  test('serverSecret() is 256 bits, one per name and the same for racing instances', async () => {
    const deployment = await openDeployment();
    const instances = Array.from({ length: 8 }, () => createLocalSecretStore(deployment));
    const peppers = await Promise.all(instances.map((secrets) => secrets.serverSecret('pepper-v1')));
    const other = await instances[0]?.serverSecret('cursor-v1');
    const texts = peppers.map((pepper) => Buffer.from(pepper).toString('hex'));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(Buffer.from(other ?? []).toString('hex')).not.toBe(texts[0]);
  });
});
