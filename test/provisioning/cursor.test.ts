import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import { createSealer } from '../../lib/keys/sealer.ts';
import type { Context } from '../../lib/provisioning/context.ts';
import { type PageStart, readPage } from '../../lib/provisioning/cursor.ts';

const secrets = { serverSecret: async () => Buffer.alloc(32, 7) };
const sealer = createSealer({ secrets, name: 'cursor', randomBytes });
const clock = { time: 1_000 };

const contextOf = (tenantId: string) =>
  ({ tenant: { id: tenantId }, sealer, directory: { now: () => clock.time } }) as unknown as Context;

const next = { source: 1, position: { id: 'a', value: 'z' } };

/** Reads a page of ten, of which more follow, and tells where it was told to begin. */
async function page(cursor: string, { tenant = 't', query = ['q'], count = 10, more = true } = {}) {
  const starts: PageStart[] = [];
  const walk = { query, paging: { cursor, count } };
  const { nextCursor, total } = await readPage(contextOf(tenant), walk, async (start) => {
    starts.push(start);
    return { total: start.total ?? 30, ...(more && { next }) };
  });
  return { nextCursor: nextCursor ?? '', start: starts[0], total };
}

const failing = (code: string) => expect.objectContaining({ code });

describe('readPage()', () => {
  test('begins at an index without a cursor', async () => {
    const walk = { query: [], paging: { startIndex: 7, count: 10 } };
    const read = async (start: PageStart) => ({ start, total: 30, next });

    expect(await readPage(contextOf('t'), walk, read)).toEqual({ start: { startIndex: 7 }, total: 30, next });
  });

  test('begins at the first resource with an empty cursor, and behind the last page with the next', async () => {
    const first = await page('');
    expect(first).toMatchObject({ start: {}, total: 30 });
    const second = await page(first.nextCursor);
    expect(second.start).toEqual({ after: next, total: 30 });
    const last = await page(second.nextCursor, { more: false });
    expect(last.nextCursor).toBe('');
  });

  test('lets a cursor lead on as long as it is advertised, from the page that gave it', async () => {
    const first = await page('');
    clock.time += limits.cursorSecondsMax * 1_000;
    const second = await page(first.nextCursor);
    clock.time += 1;
    await expect(page(first.nextCursor)).rejects.toEqual(failing('expiredCursor'));
    clock.time += limits.cursorSecondsMax * 1_000 - 1;
    await expect(page(second.nextCursor)).resolves.toBeDefined();
  });

  test('throws invalidCount for another count, and tells it only to who has the cursor', async () => {
    const { nextCursor } = await page('');

    await expect(page(nextCursor, { count: 11 })).rejects.toEqual(failing('invalidCount'));
    await expect(page('forged', { count: 11 })).rejects.toEqual(failing('invalidCursor'));
  });

  test('throws invalidCursor for another tenant or query, also when it has expired', async () => {
    const { nextCursor } = await page('');
    for (const expired of [0, limits.cursorSecondsMax * 1_000 + 1]) {
      clock.time += expired;
      await expect(page(nextCursor, { tenant: 'u' })).rejects.toEqual(failing('invalidCursor'));
      await expect(page(nextCursor, { query: ['q', 'r'] })).rejects.toEqual(failing('invalidCursor'));
      await expect(page(nextCursor, { tenant: 't","q', query: [] })).rejects.toEqual(
        failing('invalidCursor'),
      );
    }
  });
});
