import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';

/**
 * Commits batches of five documents from eight writers, without end. Arguments: the folder, and the name of its run.
 * Every acknowledged batch is one line on standard output.
 */
const [folder = '', run = ''] = process.argv.slice(2);
const store = openEmbeddedStore({ path: folder });
const partition = { container: 'users', tenantId: 'scripts' } as const;

await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));

async function write(writer: number): Promise<never> {
  for (let n = 0; ; n += 1) {
    const batch = `${run}-${writer}-${n}`;
    const ids = Array.from({ length: 5 }, (_, part) => `${batch}.${part}`);
    await store.commit(partition, [
      ...ids.map((id) => ({
        op: 'create' as const,
        document: { id, tenantId: partition.tenantId, kind: 'part', search: { externalId: batch } },
      })),
      { op: 'increment', kind: 'total', id: 'total', by: { batches: 1 }, ifAbsent: 'create' },
    ]);
    process.stdout.write(`${batch}\n`);
  }
}
