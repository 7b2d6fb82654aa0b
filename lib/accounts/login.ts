import { hash } from 'node:crypto';
import { attributeValues, hasAttribute } from '../scim/attribute-values.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { withoutCase } from '../scim/schema/search-form.ts';
import { exactPathOf, type LoginSetting } from '../tenants/login-policy.ts';
import { type Policy, workEmail } from '../tenants/policy.ts';

/** A login: a text, or a subject at an issuer. */
export interface Login {
  readonly login?: string;
  /** True if letter case counts in `login`, because it is an externalId. */
  readonly loginIsExact?: true;
  readonly federated?: Federated;
}

/** The subject of a person at an issuer. Both compare exactly. */
export interface Federated {
  readonly issuer: string;
  readonly subject: string;
}

/** A user as the client sent it. */
interface LoginFacts {
  readonly user: JsonObject;
  readonly type: ResourceType;
}

/** The properties of a login, without a value. */
export const noLogin: Login = { login: undefined, loginIsExact: undefined, federated: undefined };

/**
 * The login that a user gives an account; `undefined` if the user has no value for it. A userName stands in for a
 * missing address only as a mailbox name.
 */
export function loginOf({ user, type }: LoginFacts, by: LoginSetting): Login | undefined {
  const path = pathOf(by);
  // An account keeps its kind of login, also after the tenant has given up the pack with the attribute.
  if (!hasAttribute(type, path)) return undefined;
  const [value] = attributeValues(user, type, path);
  const text = value ?? (by === 'mailbox' ? user.userName : undefined);
  if (typeof text !== 'string') return undefined;
  if (typeof by === 'object') return federatedLogin({ issuer: by.federated.issuer, subject: text });
  const login = textLogin(text, by);
  return by === 'mailbox' ? { ...login, login: login.login?.split('@')[0] } : login;
}

/** The login of a user by the policy, if it compares exactly. */
export function exactLoginOf(facts: LoginFacts & { readonly policy: Policy }): Login | undefined {
  const { login } = facts.policy.accounts;
  return exactPathOf(login) === undefined ? undefined : loginOf(facts, login);
}

function pathOf(by: LoginSetting): string {
  return exactPathOf(by) ?? (by === 'userName' ? by : workEmail);
}

/** A login that is a text, as logins by this setting compare. */
export function textLogin(text: string, by: LoginSetting): Login {
  return by === 'externalId'
    ? { ...noLogin, login: text, loginIsExact: true }
    : { ...noLogin, login: withoutCase(text) };
}

/** A login that is a subject at an issuer. */
export function federatedLogin(federated: Federated): Login {
  return { ...noLogin, federated };
}

/** The id of the claim of a login, which no two accounts share; `undefined` without a login. */
export function loginClaimOf({ login, loginIsExact, federated }: Login): string | undefined {
  if (federated) return `account-federated:${digest(JSON.stringify([federated.issuer, federated.subject]))}`;
  if (login === undefined) return undefined;
  return `account-login:${digest(loginIsExact ? login : withoutCase(login))}`;
}

/** Compares two logins. An exact login is not the same as one without regard to case. */
export function isSameLogin(one: Login, other: Login): boolean {
  return one.loginIsExact === other.loginIsExact && loginClaimOf(one) === loginClaimOf(other);
}

/** Recognises a login that is one person's only: an externalId, or a subject at an issuer. */
export function isExact({ loginIsExact, federated }: Login): boolean {
  return loginIsExact === true || federated !== undefined;
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}
