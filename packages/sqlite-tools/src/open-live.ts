import { stat } from 'node:fs/promises';
import { OpsError } from '@yoban/shared/errors';
import Database from 'better-sqlite3';
import { requireLocalDisk } from './local-disk.ts';
import { translateSqliteError } from './sqlite-error.ts';
import { readSqliteHeader } from './sqlite-header.ts';
import { requireSqliteVersion } from './sqlite-version.ts';

const busyTimeoutMs = 5_000;

/**
 * Opens a database that another process may be writing, `count` connections at once. Only for a child that ends after its
 * job (SQLite process rule 2): nothing else in that process may open the file through `fs` from then on.
 * The connections read only; where a crash left a hot journal they are opened for writing once, so that SQLite can roll it back.
 * @throws OpsError DB_NOT_FOUND, DB_NOT_SQLITE, DB_UNSUPPORTED_FS, SQLITE_TOO_OLD, DB_LOCKED, DB_CORRUPT.
 */
export async function openLive(file: string, count = 1): Promise<Database.Database[]> {
  await requireDatabaseFile(file);
  const opened: Database.Database[] = [];
  try {
    for (let at = 0; at < count; at += 1) opened.push(openConnection(file));
    return opened;
  } catch (error) {
    for (const db of opened) db.close();
    throw translateSqliteError(error, file);
  }
}

async function requireDatabaseFile(file: string): Promise<void> {
  try {
    if (!(await stat(file)).isFile()) throw new OpsError('DB_NOT_SQLITE', `${file} is not a file`);
    await requireLocalDisk(file);
    // Before any connection exists in this process: afterwards this read would drop its locks (rule 1).
    const header = await readSqliteHeader(file);
    // A cut page is left to SQLite: in WAL mode the missing page may stand in the log.
    if (header.state === 'bad' && header.reason !== 'cut-page') {
      throw new OpsError('DB_NOT_SQLITE', `${file} is not a SQLite database (${header.reason})`, { fields: { file } });
    }
  } catch (error) {
    throw translateSqliteError(error, file);
  }
}

function openConnection(file: string): Database.Database {
  try {
    return openReady(file, { readonly: true });
  } catch (error) {
    if (!isReadonlyRefusal(error)) throw error;
    return openReady(file, { readonly: false });
  }
}

/** Open, configured and proven to read. A hot journal may already refuse a pragma, which loads the schema too. */
function openReady(file: string, { readonly }: { readonly: boolean }): Database.Database {
  const db = new Database(file, { readonly, fileMustExist: true, timeout: busyTimeoutMs });
  try {
    configure(db);
    db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLITE_READONLY_ROLLBACK, _RECOVERY, _CANTINIT: the file must be mended before it can be read. */
const isReadonlyRefusal = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_READONLY');

function configure(db: Database.Database): void {
  requireSqliteVersion(String(db.prepare('SELECT sqlite_version()').pluck().get()));
  db.pragma('query_only = ON');
  db.pragma('mmap_size = 0');
  db.pragma('cache_size = -2000');
}
