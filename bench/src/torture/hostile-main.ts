// The neighbour nobody wants: checkpoints of every kind, VACUUM, last connections closing. usage: hostile-main.ts DB SEED
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { pick, seededRandom } from '../harness/random.ts';

const [file = '', seed = '1'] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const acts = [
  'PRAGMA wal_checkpoint(PASSIVE)',
  'PRAGMA wal_checkpoint(FULL)',
  'PRAGMA wal_checkpoint(RESTART)',
  'PRAGMA wal_checkpoint(TRUNCATE)',
  'PRAGMA wal_checkpoint(TRUNCATE)',
  'VACUUM',
] as const;

for (;;) {
  const db = new Database(file, { timeout: 500 });
  try {
    for (let left = 1 + Math.floor(random() * 5); left > 0; left--) {
      db.prepare(pick(acts, random)).run();
      await sleep(random() * 40);
    }
  } catch (error) {
    const busy = error instanceof Error && 'code' in error && /^SQLITE_(BUSY|LOCKED)/.test(String(error.code));
    if (!busy) throw error;
  } finally {
    db.close();
  }
  await sleep(random() * 60);
}
