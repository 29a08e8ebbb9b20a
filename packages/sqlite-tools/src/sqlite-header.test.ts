import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeHeader } from './sqlite-header.ts';

function header(pageSize: number, version: number): Buffer {
  const bytes = Buffer.alloc(100);
  bytes.write('SQLite format 3\0', 'latin1');
  bytes.writeUInt16BE(pageSize === 65_536 ? 1 : pageSize, 16);
  bytes.fill(version, 18, 20);
  return bytes;
}

test('every page size that SQLite knows is read, also 65536, which is stored as 1', () => {
  for (let pageSize = 512; pageSize <= 65_536; pageSize *= 2) {
    expect(judgeHeader(header(pageSize, 2), pageSize * 3)).toEqual({ state: 'ok', pageSize, journal: 'wal' });
    expect(judgeHeader(header(pageSize, 1), pageSize * 3)).toMatchObject({ journal: 'rollback' });
  }
});

test('garbage, a short file, a cut page and impossible values are each told apart', () => {
  expect(judgeHeader(Buffer.alloc(100, 'garbage'), 4096)).toEqual({ state: 'bad', reason: 'wrong-magic' });
  expect(judgeHeader(header(4096, 1).subarray(0, 50), 50)).toEqual({ state: 'bad', reason: 'too-short' });
  expect(judgeHeader(header(4096, 1), 4096 * 2 - 1)).toEqual({ state: 'bad', reason: 'cut-page' });
  expect(judgeHeader(header(4096, 3), 4096)).toEqual({ state: 'bad', reason: 'wrong-version' });
  expect(judgeHeader(header(3000, 1), 6000)).toEqual({ state: 'bad', reason: 'wrong-page-size' });
});

test('no bytes at all make it throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), (bytes, size) => void judgeHeader(bytes, size)));
});
