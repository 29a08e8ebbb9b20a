import { OpsError } from '@yoban/shared/errors';
import type { Database } from 'better-sqlite3';
import { openLive } from './open-live.ts';

/** One committed moment, held still by an open read transaction. */
export interface Pin {
  /** `wal`, or a rollback mode (`delete`). */
  journalMode: string;
  pageSize: number;
  pageCount: number;
  /** The first frames of the log that lie over the database file at this moment; 0 = the file alone is the moment. */
  overlayFrames: number;
}

export interface PinnedSnapshot {
  pin: Pin;
  connection: Database;
  release(): void;
}

const attempts = 500;

/**
 * Opens a read transaction on a live database and says which bytes of the files are its snapshot, so that a process without
 * any SQLite handle can copy them while others write (docs/adr/0005-sqlite-process-rule.md has the argument).
 * @throws OpsError as `openLive`; DB_LOCKED when commits never leave a gap of some microseconds.
 */
export async function pinSnapshot(file: string): Promise<PinnedSnapshot> {
  const [connection, watcher] = await openLive(file, 2);
  if (!connection || !watcher) throw new OpsError('UNEXPECTED', 'openLive gave no connection');
  const close = () => {
    watcher.close();
    connection.close();
  };
  try {
    const journalMode = String(connection.pragma('journal_mode', { simple: true }));
    const overlayFrames = journalMode === 'wal' ? pinWal(connection, watcher) : pinRollback(connection);
    const pin = {
      journalMode,
      pageSize: Number(connection.pragma('page_size', { simple: true })),
      pageCount: Number(connection.pragma('page_count', { simple: true })),
      overlayFrames,
    };
    return { pin, connection, release: close };
  } catch (error) {
    close();
    throw error;
  }
}

function begin(connection: Database): void {
  connection.exec('BEGIN');
  connection.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get();
}

/** The shared lock keeps every writer out of the file; a commit waits until the copy is done. */
function pinRollback(connection: Database): 0 {
  begin(connection);
  return 0;
}

/** NOOP (SQLite 3.51) takes no lock and tells the frames in the log and how many of them the database file already has. */
function walState(watcher: Database): { frames: number; backfilled: number; version: number } {
  const version = Number(watcher.pragma('data_version', { simple: true }));
  const row = watcher.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)').get();
  return { frames: row?.log ?? -1, backfilled: row?.checkpointed ?? -1, version };
}

/**
 * An unchanged data_version around BEGIN proves that no commit and no reset fell between, so `frames` is the snapshot's own.
 * - All backfilled before BEGIN: the file alone is the snapshot, and no checkpoint may write to it past our mark.
 * - Not all backfilled after BEGIN: our mark is not 0, so the log cannot be reset and its first `frames` frames stand still.
 * - Backfilled between the two: which mark we hold is unknown, so try again.
 */
function pinWal(connection: Database, watcher: Database): number {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const before = walState(watcher);
    begin(connection);
    const after = walState(watcher);
    const version = Number(watcher.pragma('data_version', { simple: true }));
    const still = before.version === after.version && after.version === version && before.frames === after.frames;
    if (still && before.backfilled === before.frames) return 0;
    if (still && after.backfilled < after.frames) return after.frames;
    connection.exec('ROLLBACK');
  }
  throw new OpsError('DB_LOCKED', `no moment between two commits in ${attempts} attempts`, {
    hint: 'Try again when the application writes less.',
  });
}
