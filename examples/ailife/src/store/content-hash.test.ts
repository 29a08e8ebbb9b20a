import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { contentHash, sumOfContents } from './content-hash.ts';
import { GameDatabase } from './game-database.ts';
import { GameStore } from './game-store.ts';
import type { OracleLine } from './oracle-log.ts';
import { TipStore } from './tip-store.ts';

const fresh = () => {
  const folder = mkdtempSync(join(tmpdir(), 'ailife-oracle-'));
  return { file: join(folder, 'game.sqlite'), oracle: join(folder, 'oracle.jsonl') };
};
const hashOf = (file: string) => {
  const db = new Database(file);
  const hash = contentHash(db, sumOfContents(db));
  db.close();
  return hash;
};
const linesOf = (file: string): OracleLine[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const tip = (n: number) => ({
  eventId: `e${n}`,
  source: 'test',
  sender: 'someone',
  amountYen: 100 * n,
  message: "it's",
});

test('B3: the hash followed commit by commit equals a fresh read of the file, through inserts, updates and rollbacks', () => {
  const { file, oracle } = fresh();
  const db = new GameDatabase(file, oracle);
  const game = new GameStore(db);
  const tips = new TipStore(db);
  tips.enqueue([tip(1), tip(2), tip(1)], 1);
  const first = tips.next() ?? expect.unreachable('nothing queued');
  tips.finish(first, 'ok', 1.5, 2);
  expect(tips.summary(3)).toMatchObject({ processedLastHour: 1, revenueTotalYen: 100 });
  expect(() =>
    db.write(() => {
      db.sql('DELETE FROM tips').run();
      throw new Error('rolled back');
    }),
  ).toThrow('rolled back');
  game.saveCycle(
    { number: 1, plannedAt: 0, startedAt: 3, durationMs: 4.25, driftMs: 3, outcome: 'ok' },
    game.residents(),
    [{ character: 'Eve', text: 'a dream', importance: 0.75 }],
  );
  const lines = linesOf(oracle);
  expect(lines.map(({ n, step }) => `${n} ${step}`).slice(-2)).toEqual([`${db.commit} begin`, `${db.commit} commit`]);
  expect(new Set(lines.map(({ hash }) => hash)).size).toBe(lines.length / 2);
  db.close();
  expect(hashOf(file)).toBe(lines.at(-1)?.hash);
});

test('B3: another connection’s change is taken in, and a changed cell changes the hash', () => {
  const { file, oracle } = fresh();
  const db = new GameDatabase(file, oracle);
  const game = new GameStore(db);
  const other = new Database(file);
  other.exec("UPDATE characters SET mood = 1 WHERE name = 'John'");
  other.close();
  game.saveChat({ character: 'John', text: 'hello', importance: 0.2 }, 5);
  db.close();
  expect(hashOf(file)).toBe(linesOf(oracle).at(-1)?.hash);
  const changed = new Database(file);
  changed.exec("UPDATE memories SET text = 'hellp'");
  changed.close();
  expect(hashOf(file)).not.toBe(linesOf(oracle).at(-1)?.hash);
});

test('B3: the same contents have the same hash after a VACUUM with another page size', () => {
  const { file } = fresh();
  const db = new GameDatabase(file, '');
  new TipStore(db).enqueue([tip(1), tip(2)], 1);
  db.close();
  const before = hashOf(file);
  const vacuumed = new Database(file);
  vacuumed.pragma('journal_mode = DELETE');
  vacuumed.pragma('page_size = 1024');
  vacuumed.exec('VACUUM');
  vacuumed.close();
  expect(hashOf(file)).toBe(before);
});
