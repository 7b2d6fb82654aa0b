import { type ClientProfile, clientProfiles } from '../../lib/scim/quirks/quirk.ts';

/** The profiles that differ most. `MUSTER_TEST_PROFILES=all` takes all, which needs twice the time. */
const usual: readonly ClientProfile[] = ['rfc', 'interop', 'generic', 'entra', 'okta'];

export type Profile = ClientProfile;

/** The profiles in which a test tries its rows. */
export const profiles = process.env.MUSTER_TEST_PROFILES === 'all' ? clientProfiles : usual;
