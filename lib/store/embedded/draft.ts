import type { Container, Document } from '../document-store.ts';
import { type IndexKeys, indexKeysOf } from './index-entries.ts';

/** A document as it is to be stored. Changes to the object from which it was made do not reach it. */
export class Draft {
  readonly json: string;
  /** Its keys in the indexes that every tenant has. */
  readonly keys: IndexKeys;
  /** True if it can be sorted by texts. */
  readonly hasOrder: boolean;

  /** `json`: the JSON of the document. */
  constructor(container: Container, document: Document, json: string) {
    this.json = json;
    this.keys = indexKeysOf(container, document);
    this.hasOrder = document.order !== undefined;
  }

  get document(): Document {
    return JSON.parse(this.json);
  }
}
