import type { Increment } from '../store/document-store.ts';
import type { Account } from './account.ts';
import { type AccountScope, accountPartition } from './scope.ts';

const seatsKind = 'seats';

/** The change that takes or releases a seat, if any. It fails with `stale` if all seats are taken. */
export function seatChange(
  { policy }: AccountScope,
  { before, after }: { before: Account | undefined; after: Account | undefined },
): Increment | undefined {
  const used = Number(after?.seated ?? false) - Number(before?.seated ?? false);
  if (used === 0) return undefined;
  const { seats } = policy.licences;
  const atMost = used > 0 && seats !== null ? { used: seats } : undefined;
  return { op: 'increment', kind: seatsKind, id: seatsKind, by: { used }, atMost, ifAbsent: 'create' };
}

/** Reads the number of seats that are taken. */
export async function usedSeats(scope: AccountScope): Promise<number> {
  const key = { ...accountPartition(scope), kind: seatsKind, id: seatsKind };
  const found = await scope.directory.store.read(key);
  return Number(found?.document.used ?? 0);
}

/** Checks if a seat is free. */
export async function hasFreeSeat(scope: AccountScope): Promise<boolean> {
  const { seats } = scope.policy.licences;
  return seats === null || (await usedSeats(scope)) < seats;
}
