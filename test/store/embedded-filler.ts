import { StoreError } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded.ts';

/** Commits to the folder until the store refuses, and tells how and whether all that it acknowledged is there. */
const [folder = ''] = process.argv.slice(2);
const store = openEmbeddedStore({ path: folder });
const partition = { container: 'users', tenantId: 'scripts' } as const;
let acknowledged = 0;

function commit(id: string): Promise<void> {
  const document = { id, tenantId: partition.tenantId, kind: 'user', text: 'x'.repeat(5_000) };
  return store.commit(partition, [{ op: 'create', document }]);
}

async function fill(): Promise<string> {
  for (let n = 0; n < 1_000; n += 1) {
    const commits = await Promise.allSettled([commit(`a-${n}`), commit(`b-${n}`)]);
    acknowledged += commits.filter(({ status }) => status === 'fulfilled').length;
    const refused = commits.find((one) => one.status === 'rejected');
    if (refused) return refused.reason instanceof StoreError ? refused.reason.kind : String(refused.reason);
  }
  return 'never full';
}

const answer = await fill();
const isWhole = acknowledged > 0 && (await store.count({ ...partition, kind: 'user' })) === acknowledged;
process.stdout.write(`${answer}, and ${isWhole ? 'all' : 'not all'} that was acknowledged is there\n`);
await store.close();
