import { expectGroupMatch } from '../groups.ts';
import type { Phase, Run } from '../run.ts';
import { expectMatch } from '../users.ts';

/** Tests the connection, and requests resources that do not exist. */
export const testConnection: Phase = {
  title: 'Test connection',
  steps: (run) => [() => probe(run)],
};

async function probe(run: Run): Promise<void> {
  const guid = run.random('connection').guid();
  await expectMatch(run, { name: 'userName', value: guid }, undefined);
  await run.requests.refused({ kind: 'GET unknown id', method: 'GET', path: `/Users/${guid}` }, 404);
  // Entra ID asks for no groups if their mapping is switched off.
  if (run.directory.groups.length === 0) return;
  await expectGroupMatch(run, guid, undefined);
  await run.requests.refused({ kind: 'GET unknown id', method: 'GET', path: `/Groups/${guid}` }, 404);
}
