import type Database from 'better-sqlite3';
import { childMain } from './child-main.ts';
import type { LiveQuestion, LiveVerdict } from './look-into-live.ts';
import { openLive } from './open-live.ts';
import { translateSqliteError } from './sqlite-error.ts';

await childMain<LiveQuestion & { file: string }>(async ({ file, ...question }) => {
  const [db] = await openLive(file);
  if (!db) return { state: 'bad', detail: 'it cannot be opened' };
  try {
    return look(db, question);
  } catch (error) {
    throw translateSqliteError(error, file);
  } finally {
    db.close();
  }
});

/** Tables first: they are read in a moment, and a database that was emptied is sound in itself. */
function look(db: Database.Database, { check, requiredTables }: LiveQuestion): LiveVerdict {
  const names = db.prepare<[], string>("SELECT lower(name) FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const missing = requiredTables.filter((name) => !names.includes(name.toLowerCase()));
  if (missing.length > 0) return { state: 'bad', detail: `it has no table ${missing.join(', ')}` };
  const complaints = db.prepare<[], string>(`PRAGMA ${check}_check(5)`).pluck().all();
  return complaints[0] === 'ok' ? { state: 'ok' } : { state: 'bad', detail: complaints.join('; ') };
}
