import { chmod, constants, copyFile, mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { OpsError } from '@yoban/shared/errors';
import Database from 'better-sqlite3';
import { fsyncFile } from './atomic-file.ts';
import { childMain } from './child-main.ts';
import { translateSqliteError } from './sqlite-error.ts';
import { requireSqliteVersion } from './sqlite-version.ts';

interface ReplayRequest {
  source: string;
  suffixes: readonly string[];
  /** A folder that is not there yet, on the target's disk. */
  scratch: string;
  target: string;
}

/** SQLite itself replays the log or rolls the journal back, in a copy: a set that was put aside must stay as it is. */
await childMain<ReplayRequest>(async ({ source, suffixes, scratch, target }) => {
  const copy = path.join(scratch, 'db');
  try {
    await mkdir(scratch, { mode: 0o700 });
    for (const suffix of ['', ...suffixes]) {
      await copyFile(`${source}${suffix}`, `${copy}${suffix}`, constants.COPYFILE_FICLONE);
      await chmod(`${copy}${suffix}`, 0o600);
    }
    const journalMode = replay(copy);
    await fsyncFile(copy);
    await rename(copy, target);
    return { sizeBytes: (await stat(target)).size, journalMode };
  } catch (error) {
    if (error instanceof Database.SqliteError && !error.code.startsWith('SQLITE_FULL')) {
      throw new OpsError('BACKUP_VERIFY_FAILED', `its log or journal cannot be replayed (${error.code})`, {
        cause: error,
      });
    }
    throw translateSqliteError(error, source);
  }
});

/** @returns the mode that the database had; it is left in one file, in rollback mode like every copy. */
function replay(file: string): string {
  const db = new Database(file, { fileMustExist: true });
  try {
    requireSqliteVersion(String(db.prepare('SELECT sqlite_version()').pluck().get()));
    db.pragma('cache_size = -8000');
    const journalMode = String(db.pragma('journal_mode', { simple: true }));
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    if (journalMode === 'wal') db.pragma('wal_checkpoint(TRUNCATE)');
    const left = String(db.pragma('journal_mode = DELETE', { simple: true }));
    if (left !== 'delete') throw new OpsError('BACKUP_VERIFY_FAILED', `its log stays open (${left})`);
    return journalMode;
  } finally {
    db.close();
  }
}
