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
import { arePagesSound, noPage } from './check-pages.ts';

/** Byte offsets in a meta page of LMDB's file (data version 2, 64 bits, little-endian), and the bytes to read. */
const layout = { magic: 24, pageSize: 48, roots: [88, 136], transaction: 152, length: 168 };
const magic = 0xbeefc0de;
/** Times that pages are checked again because another process has written meanwhile. */
const checksMax = 3;

/**
 * Throws an Error if a file is truncated, damaged or not a database, because the engine would end the process or find
 * fewer documents than there are. An absent or empty file is accepted, because the engine creates a database there.
 */
export function checkDataFile(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > 0) checkPages(file);
  } finally {
    closeSync(file);
  }
}

function checkPages(file: number): void {
  for (let checks = 0; checks < checksMax; checks += 1) {
    const { roots, pageSize, transaction } = readNewest(file);
    const { size } = fstatSync(file);
    const isCut = roots.some((root) => (root + 1n) * BigInt(pageSize) > size);
    const isSound = !isCut && arePagesSound(roots, (number) => readPage(file, { number, pageSize }));
    if (isSound) return;
    // Pages that this transaction has given up may belong to a later one by now.
    if (readNewest(file).transaction !== transaction) continue;
    throw new Error(isCut ? 'data.mdb is cut off' : 'data.mdb is damaged');
  }
}

/** Reads the newer one of the two meta pages; throws if one is none. */
function readNewest(file: number) {
  const meta = (position: number) =>
    readPage(file, { number: BigInt(position), pageSize: 1, length: layout.length });
  const first = meta(0);
  const pageSize = first.readUInt32LE(layout.pageSize);
  const second = meta(pageSize);
  if ([first, second].some((page) => page.readUInt32LE(layout.magic) !== magic)) {
    throw new Error('data.mdb is not a database of this engine');
  }
  const transactionOf = (page: Buffer) => page.readBigUInt64LE(layout.transaction);
  const newest = transactionOf(first) > transactionOf(second) ? first : second;
  const roots = layout.roots
    .map((offset) => newest.readBigUInt64LE(offset))
    .filter((root) => root !== noPage);
  return { roots, pageSize, transaction: transactionOf(newest) };
}

interface PageToRead {
  readonly number: bigint;
  readonly pageSize: number;
  readonly length?: number;
}

/** Reads a page; what lies behind the end of the file is zero. */
function readPage(file: number, { number, pageSize, length = pageSize }: PageToRead): Buffer {
  const page = Buffer.alloc(length);
  readSync(file, page, 0, length, number * BigInt(pageSize));
  return page;
}

/**
 * Throws an error of the file system if the disk of a folder is full. LMDB maps a new file into memory, and a write to
 * a page that gets no space ends the process.
 */
export function requireSpace(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const probe = join(folder, `space-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(spaceBytesMin));
  } finally {
    rmSync(probe, { force: true });
  }
}

/** A new database and its locks take a quarter of it. */
const spaceBytesMin = 131_072;

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
