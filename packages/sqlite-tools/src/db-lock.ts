import { closeSync, fchownSync, lstatSync, openSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { makeFolder } from '@yoban/shared/make-folder';
import Database from 'better-sqlite3';
import { describeHolder, forgetHolder, noteHolder } from './lock-holder.ts';
import { clearOldDbLock, isOldDbLockHeld } from './old-db-lock.ts';

/** `run/locks/<db>.lock`: held by a restore; whoever reads the live database lets go of it (SQLite process rule 5). */
export interface DbLockName {
  /** `YOBAN_HOME/run/locks`. */
  dir: string;
  db: string;
}

export interface DbLock {
  release(): Promise<void>;
}

/**
 * For the looks of others to pass: microseconds each, unless a looker loses its core in the midst of one. This process stands still
 * meanwhile, for all of it only where another restore does hold the lock.
 */
const waitForLooksMs = 1_000;

/** A connection that nobody refers to is closed with the garbage, and its lock is gone. */
const held = new Set<Database.Database>();

const lockFile = ({ dir, db }: DbLockName) => path.join(dir, `${db}.lock`);
const holderNote = ({ dir, db }: DbLockName) => path.join(dir, `${db}.holder.json`);

/**
 * True while a restore holds the lock, in whatever container of this machine it runs. Looks do not disturb each other.
 * @throws OpsError STORE_UNAVAILABLE when the lock cannot be looked at.
 */
export async function isRestoreWaiting(name: DbLockName): Promise<boolean> {
  const file = lockFile(name);
  const sizeBytes = sizeOf(file);
  if (sizeBytes === null) return false;
  if (sizeBytes > 0) return isOldDbLockHeld(file);
  const look = lockOrNull(file, { readonly: true, fileMustExist: true, timeout: 0 }, 'SELECT 1 FROM sqlite_schema');
  look?.close();
  return look === null;
}

/**
 * Takes the lock for a restore. It is the exclusive lock of SQLite on an empty database, so the kernel lets it go when this
 * process ends, however it ends, and every container that shares the folder sees it (docs/adr/0010-cross-container-lock.md).
 * @throws OpsError DB_LOCKED naming the holder, STORE_UNAVAILABLE when the lock cannot be looked at.
 */
export async function takeDbLock(name: DbLockName): Promise<DbLock> {
  const file = lockFile(name);
  makeFolder(name.dir, { mode: 0o700 });
  sizeOf(file);
  await clearOldDbLock(file, name.db);
  makeLockFile(file);
  const connection = lockOrNull(file, { timeout: waitForLooksMs }, 'BEGIN EXCLUSIVE');
  if (connection === null) throw lockedBy(name);
  held.add(connection);
  noteHolder(holderNote(name));
  return {
    release: async () => {
      if (!held.delete(connection)) return;
      forgetHolder(holderNote(name));
      connection.close();
    },
  };
}

/** Gives the connection that has the lock `sql` asks for, or null where another's lock forbids it. */
function lockOrNull(file: string, options: Database.Options, sql: string): Database.Database | null {
  let connection: Database.Database | undefined;
  try {
    connection = new Database(file, options);
    // Without it a transaction would leave a journal beside the file.
    if (!options.readonly) connection.pragma('journal_mode = MEMORY');
    connection.exec(sql);
    return connection;
  } catch (error) {
    connection?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw unusable(file, error);
  }
}

/**
 * Made once and never removed nor replaced: a lock on a file that has lost its name excludes nobody. What root makes belongs to
 * the folder's owner, who must be able to lock it later.
 */
function makeLockFile(file: string): void {
  try {
    // Only of a file made here may a descriptor be closed: of any other, that would drop this process's locks on it.
    const made = openSync(file, 'wx', 0o600);
    try {
      const { uid, gid } = statSync(path.dirname(file));
      if (process.getuid?.() === 0) fchownSync(made, uid, gid);
    } finally {
      closeSync(made);
    }
  } catch (error) {
    if (!hasErrno(error, 'EEXIST')) throw unusable(file, error);
  }
}

/** A guarded app may share the folder: SQLite would follow a link of its making, and change what it leads to. */
function sizeOf(file: string): number | null {
  const info = lookAt(file);
  if (info === null || info.isFile()) return info?.size ?? null;
  throw unusable(file, new Error('it is not a regular file'));
}

function lookAt(file: string): Stats | null {
  try {
    return lstatSync(file);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw unusable(file, error);
  }
}

const unusable = (file: string, cause: unknown) =>
  new OpsError('STORE_UNAVAILABLE', `${file} cannot be locked: ${cause instanceof Error ? cause.message : cause}`, {
    cause,
    hint: `Check the owner and the rights of ${file} and the free space there.`,
  });

const lockedBy = (name: DbLockName) =>
  new OpsError('DB_LOCKED', `another restore of ${name.db} is running (${describeHolder(holderNote(name))})`, {
    hint: 'Wait for it to end.',
    fields: { db: name.db },
  });
