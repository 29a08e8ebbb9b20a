import Database from 'better-sqlite3';
import { readSqliteHeader } from './sqlite-header.ts';
import type { ContentVerdict } from './verify.ts';

/**
 * The SQLite part of the verdict on a copy. Runs in a child that ends: the check keeps its process busy for seconds.
 * Only for a copy: a live database is checked by `checkLiveIntegrity`.
 */
export async function verifyContent(file: string, requiredTables: readonly string[]): Promise<ContentVerdict> {
  const header = await readSqliteHeader(file);
  if (header.state === 'bad') return { state: 'bad', reason: 'not-sqlite', detail: header.reason };
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    // The copy is ours alone, so mapping it is safe, and saves a copy of each page.
    db.pragma(`mmap_size = ${2 ** 31}`);
    db.pragma('cache_size = -8000');
    return judge(db, requiredTables);
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    return { state: 'bad', reason: 'integrity', detail: `${error.code}: ${error.message}` };
  } finally {
    db.close();
  }
}

function judge(db: Database.Database, requiredTables: readonly string[]): ContentVerdict {
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .pluck()
    .all();
  if (tables.length === 0) return { state: 'bad', reason: 'empty', detail: 'it holds no table' };
  const names = new Set(tables.map((name) => name.toLowerCase()));
  const missing = requiredTables.filter((name) => !names.has(name.toLowerCase()));
  if (missing.length > 0) return { state: 'bad', reason: 'missing-tables', detail: missing.join(', ') };
  const complaints = db.prepare<[], string>('PRAGMA integrity_check(5)').pluck().all();
  if (complaints.length === 1 && complaints[0] === 'ok') return { state: 'good', tables: tables.length };
  return { state: 'bad', reason: 'integrity', detail: complaints.join('; ') };
}
