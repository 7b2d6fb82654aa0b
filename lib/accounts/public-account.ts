import { loginKindOf } from '../tenants/login-policy.ts';
import { type AccountDocument, accountIdOf } from './account.ts';

/** An account as operators and the product see it, without what only Muster needs. */
export function publicAccount(document: AccountDocument) {
  const { user, state, hold, type, role, login, federated, loginBy } = document;
  const { dropped, adopted, attributes, edited, unverified, own, created, lastModified } = document;
  return {
    id: accountIdOf(document),
    ...{ user, state, hold, type, role, login, federated },
    loginBy: loginBy && loginKindOf(loginBy),
    ...{ dropped, adopted, attributes, edited, unverified, own, created, lastModified },
  };
}
