import type { Unreplayed } from './check.ts';
import { overview } from './gallery.ts';

const graph = 'Microsoft Graph starts it in a tenant of Entra ID, so no request to the endpoint is known';

/** The checks of Microsoft's that this judge cannot send. They count as skipped, never as passed. */
export const unreplayed: readonly Unreplayed[] = [
  { name: 'POD_User_Test', source: `${overview}, test 7`, reason: graph },
  { name: 'POD_Group_Test', source: `${overview}, test 13`, reason: graph },
  {
    name: 'Federated_Identity_Test',
    source: `${overview}, test 22`,
    reason: 'It needs a token that Entra ID has signed; one of this and Validate_Credentials_Test suffices',
  },
];
