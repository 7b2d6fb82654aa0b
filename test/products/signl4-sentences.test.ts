import { expect } from 'vitest';
import { group, person } from './entra.ts';
import { rowsOf } from './row.ts';

const row = rowsOf('signl4', { '/Groups': 'externalId' }, 'sentences');

row(
  'B1',
  {
    says: 'A user in no group any more is removed at once, also one that was deactivated before',
    off: { groups: { required: false } },
  },
  async ({ entra, flagged, local }) => {
    for (const client of [entra, flagged]) {
      const [anna, bert] = [person('anna'), person('bert')];
      const [night, day] = [group('Night shift'), group('Day shift')];
      await client.provision(anna, bert);
      await client.provisionGroup(night, [anna, bert]);
      await client.provisionGroup(day, [bert]);
      for (const one of [anna, bert]) await client.disable(one);
      expect(await local.account(anna)).toMatchObject({ state: 'disabled' });
      await client.removeMembers(night, [anna, bert]);
      expect(await local.account(anna)).toMatchObject({ state: 'removed' });
      expect(await local.account(bert)).toMatchObject({ state: 'disabled' });
      await client.delete(day);
      expect(await local.account(bert)).toMatchObject({ state: 'removed' });
      for (const one of [anna, bert]) await client.delete(one);
      await client.delete(night);
    }
  },
);
