import { limits } from '../../base/limits.ts';
import type { Path } from '../../scim/filter/condition.ts';
import { samePath } from '../choose-index.ts';
import type { Order, Partition } from '../document-store.ts';
import { commitBatch } from './commit-batch.ts';
import { isById, rangeOf } from './ids.ts';
import {
  indexPartition,
  indexPrefix,
  type KeySpace,
  kindPrefix,
  orderKeys,
  targetOf,
} from './index-entries.ts';
import { StoredText } from './stored-text.ts';
import { requireOpen, type Tables } from './tables.ts';

type OrderTables = Pick<Tables, 'state' | 'order'>;

/**
 * An order by which a tenant has sorted a kind. Its index has the documents up to `builtUpTo`, an id, and those that
 * were written since its building began. Without `builtUpTo` it has all.
 */
interface Built {
  readonly path: Path;
  readonly builtUpTo?: string | undefined;
}

const prefix = 'orders/';
const stateKey = (space: KeySpace) => `${prefix}${indexPrefix(space)}`;

/** The paths of the orders that a write of a document has to keep: those that are built, or being built. */
export function keptOrders(tables: OrderTables, space: KeySpace): readonly Path[] {
  return readBuilt(tables, space).map(({ path }) => path);
}

/** Tests if the index that an order walks is built. */
export function isOrderBuilt(tables: OrderTables, space: KeySpace, order: Order): boolean {
  return isById(order) || isBuilt(tables, space, order.path);
}

/**
 * Builds the index of an order piece by piece. Each piece is a commit of its own. If the process ends in between, or
 * others build it too, the next piece follows the last one.
 */
export async function buildOrder(tables: Tables, space: KeySpace, { path }: Order): Promise<void> {
  do {
    await commitBatch(tables, () => buildPiece(tables, space, path));
    requireOpen(tables);
  } while (!isBuilt(tables, space, path));
}

/** Forgets the orders of a partition without documents, whose indexes are empty too. */
export function forgetOrders(tables: OrderTables, partition: Partition): void {
  forgetBehind(tables, `${prefix}${indexPartition(partition)}`);
}

/** Forgets all orders. Their indexes are built again when somebody asks for them. */
export function forgetAllOrders(tables: OrderTables): void {
  forgetBehind(tables, prefix);
  tables.order.clearSync();
}

function forgetBehind({ state }: OrderTables, keyPrefix: string): void {
  for (const key of [...state.getKeys(rangeOf(keyPrefix))]) state.removeSync(key);
}

function readBuilt({ state }: OrderTables, space: KeySpace): readonly Built[] {
  const text = state.get(stateKey(space));
  return text === undefined ? [] : JSON.parse(text);
}

function isBuilt(tables: OrderTables, space: KeySpace, path: Path): boolean {
  return readBuilt(tables, space).some((order) => isComplete(order) && samePath(order.path, path));
}

const isComplete = ({ builtUpTo }: Built) => builtUpTo === undefined;

function buildPiece({ documents, order, state }: Tables, space: KeySpace, path: Path): void {
  const all = readBuilt({ order, state }, space);
  const begun = all.find((one) => samePath(one.path, path));
  if (begun && isComplete(begun)) return;
  const limit = limits.documentsPerPieceMax;
  const piece = [...documents.getRange({ ...rangeOf(kindPrefix(space), begun?.builtUpTo), limit })];
  for (const { value } of piece) {
    const { document } = new StoredText(value);
    for (const entry of orderKeys(space.container, document, [path])) order.putSync(entry, '');
  }
  const last = piece.length < limit ? undefined : piece.at(-1)?.key;
  const next: Built = { path, builtUpTo: last && targetOf(last).id };
  state.putSync(stateKey(space), JSON.stringify([...all.filter((one) => one !== begun), next]));
}
