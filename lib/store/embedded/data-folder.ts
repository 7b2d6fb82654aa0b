import { chmodSync, closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Byte offsets in a meta page of LMDB's file (data version 2, 64 bits, little-endian), and the bytes to read. */
const layout = { magic: 24, pageSize: 48, roots: [88, 136], transaction: 152, length: 168 };
const magic = 0xbeefc0de;
const noPage = 2n ** 64n - 1n;

/**
 * Throws an Error if a file is truncated or is not a database, because the engine would end the process. An absent
 * or empty file is accepted, because the engine creates a database there.
 */
export function checkDataFile(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > 0) checkMetaPages(size, (position) => readMetaPage(file, position));
  } finally {
    closeSync(file);
  }
}

function checkMetaPages(size: number, read: (position: number) => Buffer): void {
  const first = read(0);
  const pageSize = first.readUInt32LE(layout.pageSize);
  const second = read(pageSize);
  if ([first, second].some((page) => page.readUInt32LE(layout.magic) !== magic)) {
    throw new Error('data.mdb is not a database of this engine');
  }
  const transaction = (page: Buffer) => page.readBigUInt64LE(layout.transaction);
  const newest = transaction(first) > transaction(second) ? first : second;
  const roots = layout.roots.map((offset) => newest.readBigUInt64LE(offset));
  if (roots.some((root) => root !== noPage && (root + 1n) * BigInt(pageSize) > size)) {
    throw new Error('data.mdb is cut off');
  }
}

function readMetaPage(file: number, position: number): Buffer {
  const page = Buffer.alloc(layout.length);
  readSync(file, page, 0, page.length, position);
  return page;
}

/**
 * Makes the data files of a folder readable by their owner only, because they hold hashes and server secrets. It
 * leaves files alone that this process does not own.
 */
export function keepToOwner(folder: string): void {
  for (const file of ['data.mdb', 'lock.mdb']) {
    try {
      chmodSync(join(folder, file), 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    }
  }
}
