import { type ClientProfile, clientProfiles } from '../../lib/scim/quirks/quirk.ts';

/**
 * The profiles that differ most. `MUSTER_TEST_PROFILES=all` takes all, which needs twice the time. `ipsie` answers as
 * `interop` does, apart from what test/api/ipsie.test.ts shows, so it is left out.
 */
const usual: readonly ClientProfile[] = ['rfc', 'interop', 'generic', 'entra'];

/** All profiles but `ipsie`. */
export const allProfiles: readonly ClientProfile[] = clientProfiles.filter((profile) => profile !== 'ipsie');

export type Profile = ClientProfile;

/** The profiles in which a test tries its rows. */
export const profiles = process.env.MUSTER_TEST_PROFILES === 'all' ? allProfiles : usual;
