import type { Answer, Sent } from './http.ts';
import type { Json } from './shape.ts';

/**
 * The change feed of the containers of an emulator that has none: the emulator from npm knows the ranges of a
 * container, but answers a read of its changes with all of its documents, in no order. The front has let in every
 * batch, so that it knows their order. As with Cosmos DB a page ends with a batch, never amid it, and shows each
 * document once, as it is now. There is one range, which never splits.
 */
export class ChangeFeed {
  #batches = 0;
  /** The number of the batch that wrote a document last, by its place. */
  readonly #written = new Map<string, number>();

  /** Notes the documents that a batch has written. */
  note(path: string, partition: string, ids: Iterable<string>): void {
    this.#batches += 1;
    for (const id of ids) this.#written.set(placeOf(path, partition, id), this.#batches);
  }

  /** Answers a read of the changes, of all documents of the container. */
  answer({ path, headers }: Sent, documents: readonly Json[]): Answer {
    const from = String(headers['if-none-match'] ?? '0');
    const after = from === '*' ? this.#batches : Number(from.replaceAll('"', ''));
    const limit = Number(headers['x-ms-max-item-count'] ?? 100);
    const changed = documents
      .map((document) => ({
        document,
        batch: this.#written.get(placeOf(path, String(document.tenantId), String(document.id))) ?? 0,
      }))
      .filter(({ batch }) => batch > after)
      .toSorted((a, b) => a.batch - b.batch);
    const end = changed[Math.min(limit, changed.length) - 1]?.batch;
    const page = changed.filter(({ batch }) => batch <= (end ?? 0)).map(({ document }) => document);
    const etag = `"${end ?? Math.max(after, this.#batches)}"`;
    const answered = { 'content-type': 'application/json', 'x-ms-request-charge': '1', etag };
    if (page.length === 0) return { status: 304, headers: answered, body: '' };
    return { status: 200, headers: answered, body: JSON.stringify({ Documents: page, _count: page.length }) };
  }
}

const placeOf = (path: string, partition: string, id: string) => `${path} ${partition} ${id}`;
