import Database from 'better-sqlite3';
import { seededRandom } from '../harness/random.ts';

const vocabularySize = 6_000;
const rowsPerCommit = 500;
/** Letters by rough English frequency, so that packed sizes are those of text and not of noise. */
const letters =
  'eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrrddddllllcccuuummmwwffggyyppbbvkjxqz';

type Random = () => number;
type Draw = () => string;

/** Words drawn by Zipf's law: the n-th most common comes up 1/n as often as the first. */
function makeVocabulary(random: Random): Draw {
  const words = Array.from({ length: vocabularySize }, (_, rank) => {
    const length = 2 + Math.floor(random() * (rank < 100 ? 4 : 9));
    return Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('');
  });
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= vocabularySize; rank += 1) {
    sum += 1 / rank;
    sums.push(sum);
  }
  return () => words[rankOf(sums, random() * sum)] ?? '';
}

/** Index of the first sum that is not below `wanted`. */
function rankOf(sums: readonly number[], wanted: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

const textOf = (word: Draw, length: number): string => Array.from({ length }, word).join(' ');

/** What an application logs as JSON: an id, a time, a kind, numbers, a short text. */
function eventOf(word: Draw, random: Random, at: number): string {
  const id = Array.from({ length: 2 }, () => Math.floor(random() * 2 ** 32).toString(16)).join('-');
  return JSON.stringify({
    id,
    at: new Date(at).toISOString(),
    kind: `${word()}.${word()}`,
    latencyMs: Math.floor(-Math.log(1 - random()) * 300),
    tokens: { prompt: Math.floor(random() * 4_000), completion: Math.floor(random() * 900) },
    cost: Number((random() / 50).toFixed(6)),
    note: textOf(word, 6),
  });
}

const blobOf = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));

/**
 * A database like a life-stream's, always the same for one size: memories (text), events (JSON), a table of vectors that pack
 * badly, indexes; about `sizeMb` of it.
 */
export function fillDatabase(file: string, sizeMb: number, journalMode: 'wal' | 'delete'): void {
  const random = seededRandom(sizeMb);
  const word = makeVocabulary(random);
  const db = new Database(file);
  db.pragma(`journal_mode = ${journalMode}`);
  db.pragma('synchronous = OFF');
  db.exec(
    'CREATE TABLE memories (id INTEGER PRIMARY KEY, who TEXT, at INTEGER, importance REAL, body TEXT); CREATE INDEX by_who ON memories (who, at);' +
      'CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER, body TEXT); CREATE INDEX by_time ON events (at);' +
      'CREATE TABLE vectors (memory_id INTEGER PRIMARY KEY, vector BLOB);' +
      'CREATE TABLE tick (id INTEGER PRIMARY KEY, body BLOB)',
  );
  const memory = db.prepare('INSERT INTO memories (who, at, importance, body) VALUES (?, ?, ?, ?)');
  const event = db.prepare('INSERT INTO events (at, body) VALUES (?, ?)');
  const vector = db.prepare('INSERT INTO vectors VALUES (?, ?)');
  let at = Date.UTC(2026, 0, 1);
  const batch = db.transaction(() => {
    for (let row = 0; row < rowsPerCommit; row += 1) {
      at += Math.floor(random() * 4_000);
      const { lastInsertRowid } = memory.run(word(), at, random(), textOf(word, 20 + Math.floor(random() * 120)));
      for (let one = 0; one < 3; one += 1) event.run(at, eventOf(word, random, at + one));
      if (row % 16 === 0) vector.run(lastInsertRowid, blobOf(random, 512));
    }
  });
  const pageSize = Number(db.pragma('page_size', { simple: true }));
  while ((Number(db.pragma('page_count', { simple: true })) * pageSize) / 2 ** 20 < sizeMb) batch();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
