import { readFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { type Checksum, frameHeaderBytes, parseFrame, parseWalHeader, walHeaderBytes } from './wal-frame.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());

/** A log that SQLite wrote, read through a descriptor of the log alone. */
function makeWal(pageSize: number, name: string): { bytes: Buffer; pages: number } {
  const file = path.join(temp.dir, name);
  const db = new Database(file);
  db.pragma(`page_size = ${pageSize}`);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE t (a)');
  for (let at = 0; at < 40; at += 1) db.prepare('INSERT INTO t VALUES (?)').run(`${at}`.repeat(400));
  const bytes = readFileSync(`${file}-wal`);
  const pages = Number(db.pragma('page_count', { simple: true }));
  db.close();
  return { bytes, pages };
}

for (const pageSize of [512, 4096, 65_536]) {
  test(`all frames of a log with pages of ${pageSize} fit, and the last commit has the database's size`, () => {
    const { bytes, pages } = makeWal(pageSize, `w${pageSize}`);
    const header = parseWalHeader(bytes);
    if (!header) throw new Error('no header');
    expect(header.pageSize).toBe(pageSize);
    const frameBytes = frameHeaderBytes + pageSize;
    let checksum: Checksum = header.checksum;
    let commitPages = 0;
    for (let at = walHeaderBytes; at + frameBytes <= bytes.length; at += frameBytes) {
      const frame = parseFrame(bytes.subarray(at, at + frameBytes), header, checksum);
      if (!frame) throw new Error(`frame at ${at} does not fit`);
      checksum = frame.checksum;
      commitPages = frame.commitPages || commitPages;
    }
    expect(commitPages).toBe(pages);
  });
}

test('one changed bit anywhere in a frame is found; so is a frame of an older log', () => {
  const { bytes } = makeWal(512, 'bits');
  const header = parseWalHeader(bytes);
  if (!header) throw new Error('no header');
  const first = bytes.subarray(walHeaderBytes, walHeaderBytes + frameHeaderBytes + 512);
  for (const at of [0, 5, 8, 14, 17, 23, 24, 300, 535]) {
    const spoiled = Buffer.from(first);
    spoiled[at] = (spoiled[at] ?? 0) ^ 4;
    expect(parseFrame(spoiled, header, header.checksum)).toBeNull();
  }
  expect(parseFrame(first, { ...header, salt: [1, 2] }, header.checksum)).toBeNull();
  expect(parseFrame(Buffer.from(first), header, header.checksum)).not.toBeNull();
});

test('an unaligned buffer gives the same checksum', () => {
  const { bytes } = makeWal(512, 'unaligned');
  const shifted = Buffer.alloc(bytes.length + 1);
  bytes.copy(shifted, 1);
  expect(parseWalHeader(shifted.subarray(1))).toEqual(parseWalHeader(bytes));
});

test('an empty or torn header is no header', () => {
  expect(parseWalHeader(Buffer.alloc(0))).toBeNull();
  expect(parseWalHeader(Buffer.alloc(32))).toBeNull();
});
