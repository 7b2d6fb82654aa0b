import { beforeAll, expect, test } from 'vitest';
import { replay } from '../../../tools/judge/microsoft.ts';
import { failuresOf } from '../../../tools/judge/report.ts';
import type { Verdict } from '../../../tools/judge/verdict.ts';
import { type SharedEndpoint, shareEndpoint } from '../../support/shared-endpoint.ts';

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

/** Replays the checks against a new tenant with this policy. */
async function verdictsFor(policy: { readonly endpoint?: object; readonly [section: string]: unknown }) {
  const { tenantId, ...access } = await endpoint.createTenant({ name: 'Gallery', policy });
  const { body } = await endpoint.manage('POST', `/manage/tenants/${tenantId}/keys`, { kind: 'client' });
  return replay({ ...access, client: body });
}

const namesOf = (verdicts: readonly Verdict[], outcome: Verdict['outcome']) =>
  verdicts.filter((verdict) => verdict.outcome === outcome).map(({ check }) => check);

const unjustified = (verdicts: readonly Verdict[], profile: string) =>
  failuresOf([{ judge: 'microsoft', version: '1', verdicts }], profile)
    .filter(({ justification }) => justification === undefined)
    .map(({ check, reason }) => `${check}: ${reason}`);

test('finds nothing under entra, and counts what it cannot replay as skipped', async () => {
  const verdicts = await verdictsFor({ endpoint: { profile: 'entra' } });
  expect(verdicts.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(namesOf(verdicts, 'skipped')).toEqual([
    'POD_User_Test',
    'POD_Group_Test',
    'Federated_Identity_Test',
  ]);
  expect(verdicts.every(({ source = '' }) => /, test \d+$|Requirements|Inventory$/i.test(source))).toBe(true);
});

test('finds the faults of an endpoint that refuses, and justifies none of them', async () => {
  const verdicts = await verdictsFor({
    endpoint: { profile: 'entra', groups: false },
    users: { required: ['title'], unique: ['name.familyName'] },
    keys: { tokenMinutes: 30 },
  });
  const failed = namesOf(verdicts, 'failed');
  expect(failed).toEqual(
    expect.arrayContaining([
      'Schema_Discoverability_Test',
      'SCIM_Null_Update_Test: one operation a path',
      'SCIM_Group_Create_Test',
      'SCIM_User_Pagination_Test',
      'Validate_Credentials_Test',
      'Group_Update_Add_Member_Test',
      'Create a new User',
      'Delete the same Group twice',
    ]),
  );
  expect(unjustified(verdicts, 'entra')).toHaveLength(failed.length);
  const reasonOf = (check: string) => verdicts.find((verdict) => verdict.check === check)?.reason;
  expect(reasonOf('Validate_Credentials_Test')).toBe('the token is valid for 30 minutes: expected 60 to 360');
  expect(reasonOf('Create a new User')).toMatch(/^POST \/Users: expected 200 or 201, got 400 title /);
});

test('justifies what the profile rfc refuses', async () => {
  const verdicts = await verdictsFor({ endpoint: { profile: 'rfc' } });
  expect(namesOf(verdicts, 'failed')).toContain('User_Update_Manager_Test');
  expect(unjustified(verdicts, 'rfc')).toEqual([]);
});
