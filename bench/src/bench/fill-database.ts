import Database from 'better-sqlite3';
import { seededRandom } from '../harness/random.ts';

const words =
  'the night watch keeps every commit of a small town safe until morning comes and somebody asks for it again 夜 番 朝 夢'.split(
    ' ',
  );
const rowsPerCommit = 2_000;

/** A database like a life-stream's: short facts, long memories, indexes, some blobs; about `sizeMb` of it. */
export function fillDatabase(file: string, sizeMb: number, journalMode: 'wal' | 'delete'): void {
  const random = seededRandom(sizeMb);
  const text = (length: number) => Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ');
  const db = new Database(file);
  db.pragma(`journal_mode = ${journalMode}`);
  db.pragma('synchronous = OFF');
  db.exec(
    'CREATE TABLE memories (id INTEGER PRIMARY KEY, who TEXT, at INTEGER, importance REAL, body TEXT); CREATE INDEX by_who ON memories (who, at); CREATE TABLE tick (id INTEGER PRIMARY KEY, body BLOB)',
  );
  const insert = db.prepare('INSERT INTO memories (who, at, importance, body) VALUES (?, ?, ?, ?)');
  const batch = db.transaction(() => {
    for (let row = 0; row < rowsPerCommit; row++)
      insert.run(text(1), Math.floor(random() * 1e9), random(), text(20 + Math.floor(random() * 120)));
  });
  const pageSize = Number(db.pragma('page_size', { simple: true }));
  while ((Number(db.pragma('page_count', { simple: true })) * pageSize) / 2 ** 20 < sizeMb) batch();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
