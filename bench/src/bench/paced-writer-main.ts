// An app that commits at a steady pace and keeps how long each commit took. Ends on SIGTERM with the list as JSON on stdout.
import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';

const [file, everyMs] = [process.argv[2] ?? '', Number(process.argv[3])];
const db = new Database(file, { timeout: 60_000 });
db.pragma('synchronous = NORMAL');
const insert = db.prepare('INSERT INTO tick (body) VALUES (?)');
const trim = db.prepare('DELETE FROM tick WHERE id < (SELECT MAX(id) FROM tick) - 2000');
const body = randomBytes(900);
const commits: { at: number; ms: number }[] = [];

const timer = setInterval(() => {
  const startedAt = performance.timeOrigin + performance.now();
  insert.run(body);
  commits.push({ at: startedAt, ms: performance.timeOrigin + performance.now() - startedAt });
  if (commits.length % 500 === 0) trim.run();
}, everyMs);

process.on('SIGTERM', () => {
  clearInterval(timer);
  db.close();
  process.stdout.write(JSON.stringify(commits), () => process.exit(0));
});
process.stdout.write('ready\n');
