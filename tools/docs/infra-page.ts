import { containerDefinitions } from '../../lib/store/cosmos/containers.ts';
import type { Page } from './page.ts';

/** Writes the containers that the database template creates, as data (infra/modules/cosmos.bicep). */
export function containersPage(): Page {
  return {
    path: 'infra/cosmos-containers.json',
    text: `${JSON.stringify(containerDefinitions, null, 2)}\n`,
  };
}
