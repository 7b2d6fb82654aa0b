import type { Document, Stored } from '../document-store.ts';
import { lostDocument } from './failures.ts';

/** A text of the table of documents, `[version,document]`. It is decoded when the document is asked for. */
export class StoredText {
  readonly #text: string;
  #document: Document | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  get version(): string {
    // Version 0.2.0 has written numbers, which have no quotes.
    return this.#text.slice(1, this.#text.indexOf(',')).replaceAll('"', '');
  }

  /** Throws StoreError `unavailable` if the text is damaged. */
  get document(): Document {
    this.#document ??= decode(this.#text).document;
    return this.#document;
  }
}

/** Reads a stored text. Throws StoreError `unavailable` if it is damaged. */
export function decode(text: string): Stored {
  try {
    const [version, document]: [string | number, Document] = JSON.parse(text);
    return { document, version: String(version) };
  } catch (cause) {
    throw lostDocument(cause);
  }
}

/** The text of a document whose JSON is known. */
export function encode(version: string, json: string): string {
  return `["${version}",${json}]`;
}
