/** Offsets within a page, a node and a database record of LMDB (data version 2, 64 bits, little-endian), in bytes. */
const page = { number: 0, flags: 18, lower: 20, upper: 22, nodes: 24 };
const node = { low: 0, high: 2, flags: 4, keySize: 6, data: 8 };
const databaseRoot = 40;
const branch = 1;
const leaf = 2;
/** Marks a leaf node whose data is the record of a database within. */
const subDatabase = 2;

/** Pages that a start looks at. Reading them takes some tenths of a second; the others are left to the engine. */
const pagesMax = 50_000;

/**
 * Looks for damage in the trees below some roots, of which LMDB would notice nothing or end the process. `read` reads
 * the page of a number. Returns false if a page is not the one that a branch names, or its nodes do not fit into it.
 */
export function arePagesSound(roots: readonly bigint[], read: (number: bigint) => Buffer): boolean {
  const waiting = [...roots];
  for (let seen = 0; seen < pagesMax; seen += 1) {
    const number = waiting.pop();
    if (number === undefined) return true;
    const bytes = read(number);
    if (!isSound(bytes, number)) return false;
    waiting.push(...(bytes.readUInt16LE(page.flags) === branch ? childrenOf(bytes) : databasesIn(bytes)));
  }
  return true;
}

function isSound(bytes: Buffer, number: bigint): boolean {
  if (bytes.readBigUInt64LE(page.number) !== number) return false;
  const [flags, lower, upper] = [page.flags, page.lower, page.upper].map((at) => bytes.readUInt16LE(at));
  const room = bytes.length - page.nodes;
  const isTree = flags === branch || flags === leaf;
  if (!isTree || lower === undefined || upper === undefined || lower > upper || upper > room) return false;
  return nodesOf(bytes).every((at) => at + node.data <= bytes.length && at >= page.nodes + lower);
}

/** The offsets of the nodes of a page. */
function nodesOf(bytes: Buffer): readonly number[] {
  const count = bytes.readUInt16LE(page.lower) >> 1;
  return Array.from({ length: count }, (_, n) => page.nodes + bytes.readUInt16LE(page.nodes + 2 * n));
}

function childrenOf(bytes: Buffer): readonly bigint[] {
  return nodesOf(bytes).map((at) => {
    const [low, high, top] = [node.low, node.high, node.flags].map((part) => bytes.readUInt16LE(at + part));
    return BigInt(low ?? 0) + (BigInt(high ?? 0) << 16n) + (BigInt(top ?? 0) << 32n);
  });
}

/** The roots of the databases that a leaf holds. One without any page has the largest number as root. */
function databasesIn(bytes: Buffer): readonly bigint[] {
  return nodesOf(bytes).flatMap((at) => {
    if (bytes.readUInt16LE(at + node.flags) !== subDatabase) return [];
    const root = bytes.readBigUInt64LE(at + node.data + bytes.readUInt16LE(at + node.keySize) + databaseRoot);
    return root === noPage ? [] : [root];
  });
}

/** The root of a database without pages. */
export const noPage = 2n ** 64n - 1n;
