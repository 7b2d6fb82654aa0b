import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Where a meta page of LMDB's file (data version 2, 64 bits, little-endian) keeps what is checked, in bytes. */
const layout = { magic: 24, pageSize: 48, roots: [88, 136], transaction: 152, length: 168 };
const magic = 0xbeefc0de;
const noPage = 2n ** 64n - 1n;

/**
 * Throws when a database file is cut off or is none at all, where the engine itself would take the process down.
 *
 * A file that is absent or empty is a database to be.
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
 * Throws an error of the file system if the disk of a folder is full. LMDB maps a new file into memory, and a write to a page that gets no space
 * ends the process.
 */
export function requireSpace(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const probe = join(folder, `space-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(spaceBytesMin), { flush: true });
  } finally {
    rmSync(probe, { force: true });
  }
}

/** A new database and its locks take a quarter of it. */
const spaceBytesMin = 131_072;

/**
 * Lets nobody but their owner read the data files of a folder, which hold hashes and server secrets. A process that
 * does not own them leaves them as they are.
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
