import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import { ensureContainers, openCosmosStore } from '../../lib/store/cosmos/cosmos-store.ts';
import { containers, type DocumentStore } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { engineSettings } from '../emulator/cosmos-engine.ts';
import type { Engine } from './over-http.ts';

/** What endpoints of this run keep their data on. */
export const engine: Engine = process.env.MUSTER_TEST_ENGINE === 'cosmos' ? 'cosmos' : 'embedded';

/** Documents that a page of a query reads beyond its own, to know whether more follow. */
export const readBeyondPage = engine === 'cosmos' ? 1 : 0;

/** Bounds of a store in place of its own. */
interface Bounds {
  readonly documentBytesMax?: number;
  /** Of the Cosmos engine. */
  readonly attemptMilliseconds?: number;
}

/** Opens what endpoints with this folder keep; none may have it open where it is the folder itself. */
export async function openData(folder: string, bounds: Bounds = {}): Promise<DocumentStore> {
  const account = accountOf(folder);
  if (account) return openAccount(account, bounds);
  return openEmbeddedStore({ path: folder, documentBytesMax: bounds.documentBytesMax });
}

/** Opens a database of an emulator, which comes into being if it is not there. */
export async function openAccount(account: Account, bounds: Bounds = {}): Promise<DocumentStore> {
  await ensureContainers(account);
  return openCosmosStore({ ...account, ...bounds, newId: randomUUID, now: Date.now });
}

/** Everything that endpoints with this folder keep, as one text. */
export async function textOfData(folder: string): Promise<string> {
  const account = accountOf(folder);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const texts = files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
  return [...texts, ...(account ? await documentsOf(account) : [])].join('\n');
}

/** All documents of a database, a text for each container. */
export async function documentsOf({ endpoint, database, auth }: Account): Promise<readonly string[]> {
  const client = new CosmosClient({ endpoint, key: auth.key });
  const reads = containers.map((name) =>
    client.database(database).container(name).items.readAll().fetchAll(),
  );
  const answers = await Promise.all(reads);
  client.dispose();
  return answers.map(({ resources }) => JSON.stringify(resources));
}

export interface Account {
  readonly endpoint: string;
  readonly database: string;
  readonly auth: { readonly key: string };
}

function accountOf(folder: string): Account | undefined {
  const { COSMOS_ENDPOINT: endpoint, COSMOS_DATABASE: database, COSMOS_KEY: key } = engineSettings(folder);
  return endpoint && database && key ? { endpoint, database, auth: { key } } : undefined;
}
