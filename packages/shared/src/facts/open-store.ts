import path from 'node:path';
import Database from 'better-sqlite3';
import { OpsError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';

/**
 * Opens (and creates) a store of our own: WAL, full sync, 2 MB cache, and its migrations applied in order, each once.
 * `migrations` is append-only: a step that has landed is never edited.
 * @throws OpsError STORE_UNAVAILABLE when the file cannot be opened or is damaged.
 */
export function openStore(file: string, migrations: readonly string[]): Database.Database {
  try {
    makeFolder(path.dirname(file), { mode: 0o700 });
    const db = new Database(file, { timeout: 5_000 });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('cache_size = -2000');
    db.pragma('foreign_keys = ON');
    migrate(db, migrations);
    return db;
  } catch (error) {
    throw new OpsError('STORE_UNAVAILABLE', `cannot open ${file}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
      fields: { file },
    });
  }
}

function migrate(db: Database.Database, migrations: readonly string[]): void {
  db.transaction(() => {
    const done = Number(db.pragma('user_version', { simple: true }));
    for (const sql of migrations.slice(done)) db.exec(sql);
    if (migrations.length > done) db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}
