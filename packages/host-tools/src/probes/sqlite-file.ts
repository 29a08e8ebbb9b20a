import { stat } from 'node:fs/promises';
import { asOpsError, hasErrno } from '@yoban/shared/errors';
import { readSqliteHeader } from '@yoban/sqlite-tools/sqlite-header';
import type { Observed } from './probe.ts';

export type SqliteFileLook = {
  /** MB of 2^20 bytes of the file and its -wal: a young database may stand in the log alone. */
  sizeMb: number | null;
  /** Newest write of the file or its -wal, epoch ms. */
  lastWriteAt: number | null;
  /** Device and inode: another one means that the file was replaced. */
  fileId: string | null;
} & ({ state: 'ok' | 'empty' | 'missing'; detail: null } | { state: 'not-sqlite' | 'unreadable'; detail: string });

/**
 * Looks at a database file from outside, by plain reads. Only for a process that never opens this file through SQLite: closing
 * the descriptor would drop that connection's locks (SQLite process rule 1). Finds a file that is gone, overwritten or cut to
 * nothing; damage further in is found by an integrity check only.
 */
export async function lookAtSqliteFile(file: string): Promise<Observed<SqliteFileLook>> {
  const observedAt = Date.now();
  try {
    const found = await stat(file);
    const wal = await lookAtWal(file);
    const facts = {
      observedAt,
      sizeMb: Math.round(((found.size + wal.size) / 1_048_576) * 100) / 100,
      lastWriteAt: Math.round(Math.max(found.mtimeMs, wal.mtimeMs)),
      fileId: `${found.dev}:${found.ino}`,
    };
    if (found.size === 0) return { ...facts, state: 'empty', detail: null };
    const header = await readSqliteHeader(file);
    // A cut page is no fault by itself: in WAL mode the missing page may stand in the log, and a file may just be growing.
    if (header.state === 'bad' && header.reason !== 'cut-page') {
      return { ...facts, state: 'not-sqlite', detail: header.reason };
    }
    return { ...facts, state: 'ok', detail: null };
  } catch (error) {
    const nothing = { observedAt, sizeMb: null, lastWriteAt: null, fileId: null };
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return { ...nothing, state: 'missing', detail: null };
    return { ...nothing, state: 'unreadable', detail: asOpsError(error).message };
  }
}

async function lookAtWal(file: string): Promise<{ size: number; mtimeMs: number }> {
  try {
    return await stat(`${file}-wal`);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return { size: 0, mtimeMs: 0 };
    throw error;
  }
}
