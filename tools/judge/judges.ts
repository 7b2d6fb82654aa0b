import { clientLibraries } from './client-libraries.ts';
import { microsoft } from './microsoft.ts';
import { scimSanity } from './scim-sanity.ts';
import { scim2Tester } from './scim2-tester.ts';
import { scimverifyFrom } from './scimverify.ts';
import type { Judge } from './verdict.ts';

/** Judges of one kind, which have a part of the page together. */
export interface Group {
  readonly name: string;
  readonly judges: readonly Judge[];
}

/** Lists all judges in the order in which they are asked; scimverify comes from a folder, or else from npm. */
export function groupsOfJudges(scimverify: string | undefined): readonly Group[] {
  return [
    { name: 'test-suites', judges: [scim2Tester, scimSanity, scimverifyFrom(scimverify), microsoft] },
    { name: 'client-libraries', judges: clientLibraries },
  ];
}
