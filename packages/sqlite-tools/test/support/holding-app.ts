import Database from 'better-sqlite3';

/** A small guarded application: opens its database, writes one row a turn, says so. */
const db = new Database(process.argv[2] ?? '');
db.pragma('journal_mode = WAL');
db.exec('CREATE TABLE IF NOT EXISTS live (id INTEGER PRIMARY KEY, body TEXT NOT NULL)');
for (let at = 0; at < 50; at += 1) db.prepare('INSERT INTO live (body) VALUES (?)').run(`${at}`.repeat(300));
process.send?.(db.prepare('SELECT count(*) FROM live').pluck().get());
// Named here so that it lives: a connection that is garbage closes.
process.on('disconnect', () => process.exit(db.open ? 0 : 1));
