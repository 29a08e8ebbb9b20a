// Writes to one database for as long as it is let: small and spilled transactions, committed and rolled back. Before each COMMIT
// the content's hash goes to a record outside SQLite. usage: writer-main.ts DB ORACLE SEED
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { seededRandom } from '../harness/random.ts';
import { oracleLine, readMoment } from './content-hash.ts';

const [file = '', oracle = '', seed = '1'] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const below = (limit: number) => Math.floor(random() * limit);
const db = new Database(file, { timeout: 30_000 });
db.pragma('synchronous = NORMAL');

const insert = db.prepare('INSERT INTO item (body) VALUES (?)');
const update = db.prepare('UPDATE item SET body = ? WHERE id = ?');
const remove = db.prepare('DELETE FROM item WHERE id = (SELECT id FROM item ORDER BY id LIMIT 1 OFFSET ?)');
const count = db.prepare('SELECT COUNT(*) FROM item').pluck();
const bump = db.prepare('UPDATE commit_counter SET n = n + 1');
const maxRows = 400;

function change(): void {
  const rows = Number(count.get());
  const kind = random();
  const body = String.fromCharCode(97 + below(26)).repeat(1 + below(1_500));
  if (rows > maxRows || (kind < 0.25 && rows > 20)) remove.run(below(rows));
  else if (kind < 0.6) insert.run(body);
  else update.run(body, 1 + below(maxRows));
}

function transaction(): void {
  // A cache of ten pages makes a large transaction spill into the log before its COMMIT or ROLLBACK.
  const spilled = random() < 0.1;
  db.pragma(`cache_size = ${spilled ? 10 : -2000}`);
  db.exec('BEGIN IMMEDIATE');
  try {
    for (let changes = spilled ? 150 : 1 + below(6); changes > 0; changes--) change();
    if (random() < 0.12) {
      db.exec('ROLLBACK');
      return;
    }
    bump.run();
    appendFileSync(oracle, oracleLine(readMoment(db)));
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

for (;;) {
  try {
    transaction();
  } catch (error) {
    // Beside VACUUM and exclusive checkpoints a busy answer is part of the weather; anything else ends the run.
    if (!isBusy(error)) throw error;
  }
  await sleep(below(12));
}
