import type { Account } from './account.ts';
import type { AccountRule, Facts } from './facts.ts';
import { arrival } from './rules/arrival.ts';
import { attributes } from './rules/attributes.ts';
import { centralTeam, life } from './rules/life.ts';
import { login } from './rules/login.ts';
import { role } from './rules/role.ts';
import { timezone } from './rules/timezone.ts';
import { verification } from './rules/verification.ts';

/** The rules that make an account of a user, in this order. */
const accountRules: readonly AccountRule[] = [
  attributes,
  timezone,
  verification,
  role,
  login,
  life,
  arrival,
  centralTeam,
];

/** The account before the first rule. */
export const newAccount: Account = {
  state: 'held',
  adopted: false,
  type: 'regular',
  role: '',
  roleFromClient: false,
  attributes: {},
  edited: [],
  unverified: [],
  own: {},
  activated: false,
  greeted: false,
  seated: false,
  central: false,
};

/** Derives the account of a user. The same facts always yield the same account. */
export function deriveAccount(facts: Facts): Account {
  return accountRules.reduce((draft, rule) => rule(draft, facts), facts.account ?? newAccount);
}
