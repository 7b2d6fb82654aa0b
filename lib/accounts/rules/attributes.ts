import { limits } from '../../base/limits.ts';
import { attributeValues } from '../../scim/attribute-values.ts';
import type { Account } from '../account.ts';
import type { AccountRule, Facts } from '../facts.ts';

/** Sets the mapped attributes, and chooses between the client's value and one entered locally. */
export const attributes: AccountRule = (draft, facts) => {
  const { policy } = facts;
  const mapped = Object.entries(policy.accounts.attributes)
    .filter(([, path]) => !isIgnored(path, policy.accounts.ignored))
    .map(([name, path]) => [name, mappedValue(draft, facts, { name, path })] as const);
  const values = mapped.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const names = new Set(mapped.map(([name]) => name));
  // Attributes that the policy does not map belong to the application.
  const others = Object.entries(draft.attributes).filter(
    ([name]) => !names.has(name) && !(name in policy.accounts.attributes),
  );
  const kept = Object.fromEntries([...others, ...values]);
  const edited = draft.edited.filter((name) => names.has(name) && isLocal(draft, facts, name));
  return { ...draft, attributes: kept, edited };
};

interface Mapping {
  readonly name: string;
  readonly path: string;
}

function mappedValue(draft: Account, facts: Facts, { name, path }: Mapping): string | undefined {
  const local = draft.attributes[name];
  if (isLocal(draft, facts, name)) return local;
  const [value] = attributeValues(facts.user, facts.type, path);
  // Longer values are refused. Users that were stored before they were must not keep an account from being written.
  if (value !== undefined && typeof value !== 'object')
    return String(value).slice(0, limits.accountCharactersMax);
  return facts.policy.accounts.keepWhenEmpty ? local : undefined;
}

/** Checks if a local edit or removal stays: the policy makes it editable, or the client has no value. */
function isLocal({ edited }: Account, { policy, user, type }: Facts, name: string): boolean {
  if (!edited.includes(name)) return false;
  const { editable, attributes: paths } = policy.accounts;
  if (editable === 'all' || editable.includes(name)) return true;
  return attributeValues(user, type, paths[name] ?? name).length === 0;
}

/** Checks if the policy ignores a path. `addresses` ignores all below it; a longer path only its own. */
function isIgnored(path: string, ignored: readonly string[]): boolean {
  return ignored.some((one) => path === one || path.startsWith(`${one}[`) || path.startsWith(`${one}.`));
}
