import { describe, expect, test } from 'vitest';
import { once } from '../../lib/base/once.ts';

describe('once()', () => {
  test('makes nothing before it is asked, and then one thing for all who ask', async () => {
    let made = 0;
    const get = once(async () => {
      made += 1;
      return {};
    });
    expect(made).toBe(0);
    const [first, second] = await Promise.all([get(), get()]);
    expect(second).toBe(first);
    expect(await get()).toBe(first);
    expect(made).toBe(1);
  });

  test('lets all who wait fail with an attempt, and tries again for the next', async () => {
    let attempts = 0;
    const get = once(async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('not yet');
      return attempts;
    });
    const outcomes = await Promise.allSettled([get(), get()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await get()).toBe(2);
  });
});
