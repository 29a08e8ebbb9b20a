import Database from 'better-sqlite3';
import { answerLines } from './answer-lines.ts';

// usage: db-party.ts FILE; one connection that runs the SQL it is told, or writes without an end.
const db = new Database(process.argv[2] ?? '');

/** Large and spread out enough that copying it with `cp` tears it. */
function grow(): void {
  db.exec(`CREATE INDEX live_body ON live (body);
    WITH RECURSIVE n (id) AS (SELECT 1000 UNION ALL SELECT id + 1 FROM n WHERE id < 9000)
    INSERT INTO live SELECT id, hex(randomblob(400)) FROM n`);
}

function keepWriting(): void {
  const change = db.prepare('UPDATE live SET body = hex(randomblob(400)) WHERE id = 1000 + abs(random()) % 8000');
  db.transaction(() => {
    for (let left = 20; left > 0; left -= 1) change.run();
  })();
  db.pragma('wal_checkpoint(PASSIVE)');
  setImmediate(keepWriting);
}

await answerLines((line) => {
  if (line === 'keep writing') {
    grow();
    return keepWriting();
  }
  const statement = db.prepare(line);
  return JSON.stringify(statement.reader ? statement.all() : statement.run());
});
