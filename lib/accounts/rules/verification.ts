import type { AccountRule } from '../facts.ts';

/** Has values confirmed by their owner once they are new or have changed. */
export const verification: AccountRule = {
  id: 'verification',
  apply(draft, { policy, account }) {
    const unverified = policy.accounts.verified.filter((name) => {
      const value = draft.attributes[name];
      const isSame = value === account?.attributes[name];
      return value !== undefined && (!isSame || draft.unverified.includes(name));
    });
    return { ...draft, unverified };
  },
};
