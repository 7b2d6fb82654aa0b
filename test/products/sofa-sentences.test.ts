import { expect } from 'vitest';
import { scim } from '../support/endpoint.ts';
import { rowsOf } from './row.ts';

const row = rowsOf('sofa', {}, 'sentences');

row(
  'B2',
  {
    says: 'The end of a key is displayed, also after it, so that the key is regenerated in time',
    off: { keys: { daysMax: 365 } },
  },
  async ({ local, tenantUrl, pass, timers }) => {
    const listed = async () => (await local.done('GET', '/keys')).keys;
    const { id, key, expires } = await local.done('POST', '/keys', { validDays: 730 });
    for (const days of [729, 2, 30]) {
      pass({ days });
      await timers();
      expect(await listed()).toContainEqual(expect.objectContaining({ id, expires }));
    }
    expect((await listed()).find((one: { id: string }) => one.id === id)).toMatchObject({
      status: 'expired',
    });
    expect((await scim({ tenantUrl, token: key }, 'GET', '/Users')).status).toBe(401);
  },
);
