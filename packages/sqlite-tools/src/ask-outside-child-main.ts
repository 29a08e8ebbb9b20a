import { existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OpsError } from '@yoban/shared/errors';
import Database from 'better-sqlite3';
import type { OutsideAnswer } from './ask-outside.ts';
import { childMain } from './child-main.ts';
import { requireLocalDisk } from './local-disk.ts';

/** A snapshot lets go within 2 s of the restore's lock. */
const waitMs = 3_000;

/** What a read that got as far as the first page says; it got there although the journal was not its to play back. */
const refusedByReserved = new Set<string | null>([null, 'SQLITE_NOTADB', 'SQLITE_CORRUPT']);

/**
 * SQLite takes the exclusive lock before it plays back a journal that was left over, and before it looks at the first page: so the
 * lock of a destroyed database can be asked too. The journal here holds nothing to play back, and both it and the log belong to a
 * second name of the file in a folder of its own, so the real ones are neither seen nor touched. SQLite removes the journal
 * under the lock and only there: a journal that is gone is the proof.
 */
await childMain<{ file: string; folder: string }>(async ({ file, folder }): Promise<OutsideAnswer> => {
  await requireLocalDisk(file);
  mkdirSync(folder, { mode: 0o700 });
  const name = path.join(folder, 'db');
  const journal = `${name}-journal`;
  linkSync(file, name);
  writeFileSync(journal, '-', { mode: 0o600 });
  const code = readOnce(name);
  if (!existsSync(journal)) return { state: 'free' };
  if (code?.startsWith('SQLITE_BUSY') || refusedByReserved.has(code)) return { state: 'held' };
  throw new OpsError('UNEXPECTED', `${file} cannot be locked (${code})`);
});

/** The code of SQLite's refusal, or null. */
function readOnce(name: string): string | null {
  const db = new Database(name, { fileMustExist: true, timeout: waitMs });
  try {
    db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get();
    return null;
  } catch (error) {
    if (error instanceof Database.SqliteError) return error.code;
    throw error;
  } finally {
    db.close();
  }
}
