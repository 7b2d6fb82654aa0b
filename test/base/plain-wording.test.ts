import { expect, test } from 'vitest';
import { readPolicy } from '../../lib/manage/read-policy.ts';
import { createCatalogue } from '../../lib/packs/catalogue.ts';
import { loadPacks } from '../../lib/packs/load-packs.ts';
import { ScimError } from '../../lib/scim/errors.ts';

const deployment = { catalogue: createCatalogue(loadPacks(undefined)), federationHosts: [] };
const trust = {
  issuer: 'https://a.example',
  subject: 's',
  audience: 'a',
  tenantId: 't',
  jwksUri: 'https://a.example',
};

test.each([
  [{ keys: { activeMax: 11 } }, 'keys.activeMax is not valid: must be 10 or less'],
  [{ keys: { activeMax: 0 } }, 'keys.activeMax is not valid: must be 1 or more'],
  [{ keys: { activeMax: 1.5 } }, 'keys.activeMax is not valid: must be a whole number'],
  [{ keys: { activeMax: '1' } }, 'keys.activeMax is not valid: must be a number'],
  [{ keys: { replaces: 'yes' } }, 'keys.replaces is not valid: must be true or false'],
  [
    { keys: { activeMx: 1 } },
    'keys is not valid: "activeMx" is not known here: correct its name or remove it',
  ],
  [{ roles: { default: 7 } }, 'roles.default is not valid: must be text'],
  [{ keys: [] }, 'keys is not valid: must be an object'],
  [{ users: { required: 'title' } }, 'users.required is not valid: must be a list'],
  [{ roles: { default: '' } }, 'roles.default is not valid: must not be empty'],
  [{ roles: { default: 'x'.repeat(101) } }, 'roles.default is not valid: must have at most 100 characters'],
  [{ accounts: { timezones: 'x' } }, 'accounts.timezones is not valid: must be "any" or "iana"'],
  [
    { accounts: { editable: 'none' } },
    'accounts.editable is not valid: must be "all" or a list of names such as mobile',
  ],
  [
    { accounts: { attributes: { Fax: 'title' } } },
    'accounts.attributes.Fax is not valid: the name itself must be a name such as mobile',
  ],
  [
    { notifications: { administrators: ['x'] } },
    'notifications.administrators.0 is not valid: must be an e-mail address',
  ],
  [
    { trusts: [{ ...trust, issuer: 'http://a.example' }] },
    'trusts.0.issuer is not valid: must be an address that begins with https://',
  ],
  [{ trusts: [{ ...trust, subject: undefined }] }, 'trusts.0.subject is missing: add it'],
  [{ trusts: new Array(21).fill(trust) }, 'trusts is not valid: must have at most 20 entries'],
])('the policy %j is refused in words that say what to write', (policy, fault) => {
  expect(() => readPolicy(policy, deployment)).toThrow(
    new ScimError('invalidValue', { detail: `Property policy.${fault}` }),
  );
});
