// Opens game databases in a process that ends after it, since a process that has one open must never touch the file otherwise.
// `make FILE`: a database of about 10 MB. `checkpoint FILE`. `read FILE [N]`: JSON {n, hash} of its rows, up to number N.
import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';

const [verb, file = '', upTo] = process.argv.slice(2);
const rowCount = 35_000;

if (verb === 'make') {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec("CREATE TABLE game_state (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '')");
  db.exec('CREATE INDEX game_state_note ON game_state (note)');
  const put = db.prepare('INSERT INTO game_state (at, note) VALUES (?, ?)');
  db.transaction(() => {
    for (let row = 0; row < rowCount; row++) put.run(row, createHash('sha512').update(String(row)).digest('hex'));
  })();
  db.close();
} else if (verb === 'checkpoint') {
  const db = new Database(file, { fileMustExist: true });
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
} else {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  const n = Number(upTo ?? db.prepare('SELECT max(n) FROM game_state').pluck().get());
  const hash = createHash('sha256');
  const rows = db.prepare<[number], [number, number, string]>(
    'SELECT n, at, note FROM game_state WHERE n <= ? ORDER BY n',
  );
  for (const row of rows.raw().iterate(n)) hash.update(`${row.join(':')};`);
  console.log(JSON.stringify({ n, hash: hash.digest('hex') }));
}
