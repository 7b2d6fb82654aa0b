import type { AccountOperation } from '../directory/events.ts';
import { type Account, isLive } from './account.ts';

/** What has become of an account, as the events tell it. */
export function operationBetween(before: Account | undefined, after: Account): AccountOperation {
  if (after.adopted && before?.adopted !== true) return 'adopt';
  if (before?.state === after.state && before.hold === after.hold) return 'update';
  switch (after.state) {
    case 'held':
      return 'hold';
    case 'removed':
      return 'remove';
    case 'disabled':
      return 'disable';
    case 'invited':
      return 'invite';
    case 'active':
      return before !== undefined && (isLive(before) || before.activated) ? 'enable' : 'activate';
  }
}
