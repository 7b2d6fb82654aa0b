import { expect, test } from 'vitest';
import { soakFeed } from '../../../tools/feed/run.ts';
import { drawnChoices } from '../../support/chance.ts';

test('a consumer has each event once and ends equal, while it and the endpoint are killed', async () => {
  const { seed } = drawnChoices(0);
  const result = await soakFeed({ events: 300, kills: 2, seed, say: () => {} });
  expect(result).toMatchObject({
    lost: 0,
    twice: 0,
    gaps: 0,
    different: 0,
    kills: { muster: 2, consumer: 2 },
  });
  expect(result.events).toBeGreaterThanOrEqual(result.answered);
}, 60_000);
