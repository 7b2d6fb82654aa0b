import type { Policy } from '../../tenants/policy.ts';
import type { Account } from '../account.ts';
import { isLive } from '../account.ts';
import type { AccountRule, Facts } from '../facts.ts';

/** Decides whether the account is live, held, disabled or removed. */
export const life: AccountRule = (draft, facts) => {
  if (facts.user.active === false) return inactive(draft, facts);
  const hold = holdOf(facts);
  if (hold === undefined) return alive(draft, facts);
  const state = hold === 'noGroup' && wasThere(facts.account) ? 'removed' : 'held';
  return { ...draft, state, hold, seated: false };
};

/**
 * The account of an inactive user. A removed account stays removed until the user is active again. A held
 * account stays held while the reason exists. None of them needs a seat.
 */
function inactive(draft: Account, facts: Facts): Account {
  const hold = wasThere(facts.account) ? facts.obstacle : holdOf(facts);
  const state = draft.state === 'removed' ? 'removed' : 'disabled';
  return { ...draft, state: hold ? 'held' : state, hold, seated: false };
}

function holdOf({ policy, groups, obstacle }: Facts): Account['hold'] {
  return policy.groups.required && groups.length === 0 ? 'noGroup' : obstacle;
}

/** Recognises an account that was not held. It is removed, not held, when its user leaves the last group. */
function wasThere(account: Account | undefined): boolean {
  return account !== undefined && account.state !== 'held';
}

function alive(draft: Account, { policy }: Facts): Account {
  const isPending = policy.notifications.invitation && !draft.activated;
  return {
    ...draft,
    state: isPending ? 'invited' : 'active',
    hold: undefined,
    activated: !isPending,
    seated: takesSeat(policy, draft),
  };
}

/** Checks if an account uses a seat while it is live. */
export function takesSeat({ licences: { seats, stakeholders } }: Policy, { type }: Account): boolean {
  return seats !== null && (type === 'regular' || stakeholders);
}

/** Puts the account into the central team if that team has all accounts, or if the user has no group. */
export const centralTeam: AccountRule = (draft, { policy, groups }) => {
  const { teams } = policy.groups;
  const isCentral = teams === 'central' || (teams === 'each' && groups.length === 0);
  return { ...draft, central: isCentral && isLive(draft) };
};
