import type { ClientProfile } from './quirk.ts';

/** Clients that would rather not be sent a group after they modified it (Microsoft Learn, develop a SCIM endpoint). */
const withoutGroupAnswer: readonly ClientProfile[] = ['entra'];

/** Whether a PATCH of a group is best answered with 204 (RFC 7644 3.5.2 allows either). */
export function omitsGroupAnswer(profile: ClientProfile): boolean {
  return withoutGroupAnswer.includes(profile);
}
