import { StoreError } from '../../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';

/** Commits to the folder beyond what it takes; tells the refusals, and whether all that was acknowledged is there. */
const [folder = ''] = process.argv.slice(2);
const store = openEmbeddedStore({ path: folder });
const partition = { container: 'users', tenantId: 'scripts' } as const;
const refusals = new Set<string>();
let acknowledged = 0;

for (let round = 0; round < 300; round += 1) {
  await Promise.all([commit(`a-${round}`), commit(`b-${round}`), commit(`c-${round}`)]);
}
const isWhole = acknowledged > 0 && (await store.count({ ...partition, kind: 'user' })) === acknowledged;
process.stdout.write(
  `${[...refusals].join()}, and ${isWhole ? 'all' : 'not all'} that was acknowledged is there\n`,
);
await store.close();

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : '';
}

async function commit(id: string): Promise<void> {
  const document = { id, tenantId: partition.tenantId, kind: 'user', text: 'x'.repeat(5_000) };
  try {
    await store.commit(partition, [{ op: 'create', document }]);
    acknowledged += 1;
  } catch (thrown) {
    refusals.add(
      thrown instanceof StoreError ? `${thrown.kind} (${messageOf(thrown.cause)})` : String(thrown),
    );
  }
}
