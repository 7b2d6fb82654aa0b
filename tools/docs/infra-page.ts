import { containerDefinitions, fullyIndexedContainers } from '../../lib/store/cosmos/containers.ts';
import type { Page } from './page.ts';

/** Writes the containers that the database template creates, as data (infra/modules/cosmos.bicep). */
export function containersPages(): readonly Page[] {
  return [
    { path: 'infra/cosmos-containers.json', text: asText(containerDefinitions) },
    { path: 'infra/cosmos-containers-all.json', text: asText(fullyIndexedContainers()) },
  ];
}

function asText(definitions: typeof containerDefinitions): string {
  return `${JSON.stringify(definitions, null, 2)}\n`;
}
