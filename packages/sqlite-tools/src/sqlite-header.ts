import { open, stat } from 'node:fs/promises';

const magic = 'SQLite format 3\0';
export const headerBytes = 100;

export type HeaderState =
  | { state: 'ok'; pageSize: number; journal: 'wal' | 'rollback' }
  | { state: 'bad'; reason: 'too-short' | 'wrong-magic' | 'wrong-page-size' | 'wrong-version' | 'cut-page' };

const bad = (reason: Extract<HeaderState, { state: 'bad' }>['reason']): HeaderState => ({ state: 'bad', reason });

/**
 * Judges the first 100 bytes of a database and its size in bytes, without SQLite (file format, section 1.3).
 * It finds a file that was overwritten or cut; only the integrity check finds damage further in.
 */
export function judgeHeader(header: Uint8Array, sizeBytes: number): HeaderState {
  if (header.length < headerBytes) return bad('too-short');
  if (Buffer.from(header.subarray(0, 16)).toString('latin1') !== magic) return bad('wrong-magic');
  const stored = Buffer.from(header).readUInt16BE(16);
  const pageSize = stored === 1 ? 65_536 : stored;
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) return bad('wrong-page-size');
  const writeVersion = header[18];
  const readVersion = header[19];
  if (writeVersion !== readVersion || (readVersion !== 1 && readVersion !== 2)) return bad('wrong-version');
  if (sizeBytes < pageSize || sizeBytes % pageSize !== 0) return bad('cut-page');
  return { state: 'ok', pageSize, journal: readVersion === 2 ? 'wal' : 'rollback' };
}

/**
 * Reads and judges the header of a database file. Only for a process that has no SQLite connection to this file:
 * closing the descriptor would drop that connection's POSIX locks (SQLite process rule 1).
 * @throws the system error (ENOENT, EACCES) when the file cannot be read.
 */
export async function readSqliteHeader(file: string): Promise<HeaderState> {
  const { size } = await stat(file);
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(headerBytes);
    const { bytesRead } = await handle.read(buffer, 0, headerBytes, 0);
    return judgeHeader(buffer.subarray(0, bytesRead), size);
  } finally {
    await handle.close();
  }
}
