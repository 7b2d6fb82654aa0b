import { attributeValues } from '../../scim/attribute-values.ts';
import { withoutCase } from '../../scim/schema/search-form.ts';
import { workEmail } from '../../tenants/policy.ts';
import type { AccountRule, Facts } from '../facts.ts';

/** Sets the login. An account keeps its kind of login until it is converted. */
export const login: AccountRule = (draft, facts) => {
  const loginBy = draft.loginBy ?? facts.policy.accounts.login;
  // A login that was entered by hand stays.
  if (draft.login !== undefined && draft.loginBy === undefined) return draft;
  return { ...draft, login: loginOf(facts, loginBy) ?? draft.login, loginBy };
};

function loginOf({ user, type }: Facts, by: 'userName' | 'email' | 'mailbox'): string | undefined {
  const path = by === 'userName' ? 'userName' : workEmail;
  const [value = user.userName] = attributeValues(user, type, path);
  if (typeof value !== 'string') return undefined;
  const text = withoutCase(value);
  return by === 'mailbox' ? text.split('@')[0] : text;
}
