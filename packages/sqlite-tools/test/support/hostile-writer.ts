import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import Database from 'better-sqlite3';

/**
 * A forked application that writes as unkindly as SQLite allows. Its oracle lives outside SQLite: before each commit it appends
 * `<n> <hash>` to a log, where the hash is the XOR of the SHA-256 of every live row. `{n}` in the database names the line.
 */
interface WriterRequest {
  file: string;
  oracle: string;
  journalMode: 'wal' | 'delete';
  pageSize: number;
  seed: number;
  /** Checkpoints, VACUUM and rollbacks of spilled transactions between the commits. */
  hostile: boolean;
}

const request: WriterRequest = JSON.parse(process.argv[2] ?? '{}');
let state = request.seed >>> 0 || 1;
const random = (below: number): number => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
};

const db = new Database(request.file, { timeout: 10_000 });
db.pragma(`page_size = ${request.pageSize}`);
db.pragma(`journal_mode = ${request.journalMode}`);
db.pragma('synchronous = NORMAL');
db.pragma('cache_size = 20');
db.exec(`CREATE TABLE IF NOT EXISTS live (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS live_body ON live (body);
  CREATE TABLE IF NOT EXISTS counter (n INTEGER NOT NULL)`);

const hash = Buffer.alloc(32);
const rows = new Map<number, string>();
const mix = (id: number, body: string) => {
  const digest = createHash('sha256').update(`${id}:${body}`).digest();
  for (let at = 0; at < 32; at += 1) hash[at] = (hash[at] ?? 0) ^ (digest[at] ?? 0);
};
const put = (id: number, body: string) => {
  const old = rows.get(id);
  if (old !== undefined) mix(id, old);
  mix(id, body);
  rows.set(id, body);
  db.prepare('INSERT INTO live VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body').run(id, body);
};
const drop = (id: number) => {
  const old = rows.get(id);
  if (old === undefined) return;
  mix(id, old);
  rows.delete(id);
  db.prepare('DELETE FROM live WHERE id = ?').run(id);
};
const text = () => `${random(1_000_000)}`.repeat(1 + random(120));

let n = 0;
function commitOne(): void {
  db.exec('BEGIN IMMEDIATE');
  for (let at = 0; at <= random(random(20) === 0 ? 400 : 6); at += 1) {
    if (random(4) === 0) drop(random(3_000));
    else put(random(3_000), text());
  }
  n += 1;
  db.prepare('DELETE FROM counter').run();
  db.prepare('INSERT INTO counter VALUES (?)').run(n);
  appendFileSync(request.oracle, `${n} ${hash.toString('hex')}\n`);
  db.exec('COMMIT');
}

function spoil(): void {
  db.exec('BEGIN IMMEDIATE');
  for (let at = 0; at < 300; at += 1)
    db.prepare('INSERT OR REPLACE INTO live VALUES (?, ?)').run(random(9_000), text());
  db.exec('ROLLBACK');
}

function disturb(): void {
  const dice = random(30);
  try {
    if (dice === 0) spoil();
    else if (dice === 1) db.exec('VACUUM');
    else if (dice < 8) db.pragma(`wal_checkpoint(${['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE'][random(4)]})`);
  } catch (error) {
    // A reader of ours may hold VACUUM or a checkpoint off; the next one comes soon.
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw error;
  }
}

db.pragma('busy_timeout = 200');
for (let at = 0; at < 200; at += 1) commitOne();
process.send?.('ready');
const tick = () => {
  try {
    commitOne();
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw error;
    // Rollback mode: a reader holds the file, so this commit waits and is tried again with its rows.
    for (;;) {
      try {
        db.exec('COMMIT');
        break;
      } catch (again) {
        if (!(again instanceof Database.SqliteError) || !again.code.startsWith('SQLITE_BUSY')) throw again;
      }
    }
  }
  if (request.hostile) disturb();
  setTimeout(tick, random(5));
};
process.on('disconnect', () => process.exit(0));
tick();
