import { commitOnce } from '../store/commit-once.ts';
import { type Document, type DocumentStore, StoreError } from '../store/document-store.ts';

const serverPartition = { container: 'tokens', tenantId: '_server' } as const;

interface Name {
  readonly kind: string;
  readonly id: string;
}

/**
 * Reads a document that is written once and never changes; creates it from `propose` if there is none.
 *
 * If several instances propose at the same time, one of them wins and all answer its document.
 */
export async function firstWritten(
  store: DocumentStore,
  name: Name,
  propose: () => Promise<Readonly<Record<string, unknown>>>,
): Promise<Document> {
  const read = () => store.read({ ...serverPartition, ...name });
  const found = await read();
  if (found) return found.document;
  const document = { ...(await propose()), ...name, tenantId: serverPartition.tenantId };
  try {
    await store.commit(serverPartition, [{ op: 'create', document }]);
    return document;
  } catch (error) {
    const winner = error instanceof StoreError && error.kind === 'conflict' ? await read() : undefined;
    if (!winner) throw error;
    return winner.document;
  }
}

/** Removes such a document, whose name is not used again; does nothing if it is absent. */
export async function removeFirstWritten(store: DocumentStore, name: Name): Promise<void> {
  await commitOnce(store, serverPartition, [{ op: 'delete', ...name }]);
}
