import { roleValues } from '../../scim/roles.ts';
import type { Account } from '../account.ts';
import type { AccountRule, Facts } from '../facts.ts';

/** Sets the role: that of a mapped group, or else the client's, the local one, or the default. */
export const role: AccountRule = (draft, facts) => {
  const named = groupRole(facts) ?? clientRole(facts);
  const isStakeholder = roleValues(facts.user).some((one) => facts.policy.roles.stakeholders.includes(one));
  return {
    ...draft,
    type: isStakeholder ? 'stakeholder' : 'regular',
    role: named ?? localRole(draft, facts),
    roleFromClient: named !== undefined,
  };
};

function groupRole({ policy, groups }: Facts): string | undefined {
  const ids = groups.map(({ externalId }) => externalId);
  return policy.groups.toRoles.find(({ group }) => ids.includes(group))?.role;
}

function clientRole({ policy, user }: Facts): string | undefined {
  return roleValues(user).find((one) => policy.roles.known.includes(one));
}

function localRole({ role: local, roleFromClient }: Account, { policy, account }: Facts): string {
  return account && !roleFromClient ? local : policy.roles.default;
}
