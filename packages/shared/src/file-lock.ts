import { closeSync, fchownSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { hasErrno, OpsError } from './errors.ts';
import { isPlainFile } from './fixed-name-file.ts';
import { makeFolder } from './make-folder.ts';

export interface FileLock {
  release(): void;
}

/** A connection that nobody refers to is closed with the garbage, and its lock is gone. */
const held = new Set<Database.Database>();

/**
 * Takes the lock on an empty file of our own, made where it is missing; null while another process has it. It is SQLite's exclusive
 * lock, since Node has no flock(2): the kernel lets it go with the process, however that ends, and every container that shares the
 * folder sees it (docs/adr/0010-cross-container-lock.md). Nothing is ever written to the file, and nobody may open it otherwise.
 * @throws OpsError STORE_UNAVAILABLE
 */
export function tryFileLock(file: string): FileLock | null {
  let connection: Database.Database | undefined;
  try {
    makeFolder(path.dirname(file), { mode: 0o700 });
    makeEmpty(file);
    connection = new Database(file, { timeout: 0 });
    connection.pragma('journal_mode = MEMORY');
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw new OpsError(
      'STORE_UNAVAILABLE',
      `${file} cannot be locked: ${error instanceof Error ? error.message : error}`,
      { cause: error, hint: `Check the owner and the rights of ${file}.` },
    );
  }
  const taken = connection;
  held.add(taken);
  return {
    release: () => {
      if (held.delete(taken)) taken.close();
    },
  };
}

/** Never replaced: a lock on a file that has lost its name excludes nobody. What root makes belongs to the folder's owner. */
function makeEmpty(file: string): void {
  try {
    const made = openSync(file, 'wx', 0o600);
    try {
      const { uid, gid } = statSync(path.dirname(file));
      // A restore under sudo must not leave a lock that the watchdog cannot open.
      if (process.getuid?.() === 0) fchownSync(made, uid, gid);
    } finally {
      closeSync(made);
    }
  } catch (error) {
    if (!hasErrno(error, 'EEXIST')) throw error;
    // SQLite would follow a link that a guarded app left in a folder it shares, and change what it leads to.
    if (!isPlainFile(file)) throw new Error('it is not a regular file');
  }
}
