// A guarded app that breaks on demand. It knows nothing of yoban. Arguments: port, folder. What it finds in the folder:
// `switches.json` (read at start), `game.sqlite` (opened at start where `database` is switched on). What it leaves there:
// `boots.jsonl`, one line for each start, which is what a judge counts by.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { Switches } from './switches.ts';

const [port = '0', dir = '.'] = process.argv.slice(2);
const switchFile = path.join(dir, 'switches.json');
let switches = JSON.parse(readFileSync(switchFile, 'utf8')) as Switches;
appendFileSync(path.join(dir, 'boots.jsonl'), `${JSON.stringify({ pid: process.pid, at: Date.now() })}\n`);

const db = switches.database ? openDatabase() : null;
const held: Buffer[] = [];

/** As an app does that cannot live without its database: it says so and ends. */
function openDatabase(): Database.Database {
  try {
    const opened = new Database(path.join(dir, 'game.sqlite'));
    opened.pragma('journal_mode = WAL');
    // A checkpoint would write a page that was spoilt anew, and the fault be over before anybody has seen it.
    opened.pragma('wal_autocheckpoint = 0');
    opened.prepare('SELECT max(n) FROM game_state').get();
    return opened;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
    console.error(`Error: cannot open the game: ${code} ${error instanceof Error ? error.message : ''}`);
    process.exit(1);
  }
}

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** What /healthz says, by the switch. */
const bodies: Record<Switches['body'], { status: number; type: string; text: () => string }> = {
  good: { status: 200, type: 'application/json', text: () => JSON.stringify({ status: 'healthy', pid: process.pid }) },
  unhealthy: {
    status: 200,
    type: 'application/json',
    text: () => JSON.stringify({ status: 'unhealthy', pid: process.pid }),
  },
  html: { status: 200, type: 'text/html', text: () => '<html><body>healthy</body></html>' },
  'missing-field': { status: 200, type: 'application/json', text: () => JSON.stringify({ pid: process.pid }) },
  redirect: { status: 302, type: 'text/plain', text: () => 'elsewhere' },
  'method-not-allowed': { status: 405, type: 'text/plain', text: () => 'POST only' },
  degraded: {
    status: 503,
    type: 'application/json',
    text: () => JSON.stringify({ status: 'degraded', pid: process.pid }),
  },
};

let slowLeft = switches.slowTimes;
createServer((request, response) => {
  if (request.url === '/switch') {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      change(JSON.parse(text) as Partial<Switches>);
      response.end('ok');
    });
    return;
  }
  if (switches.spinMs > 0) spin(switches.spinMs);
  const { status, type, text } = bodies[switches.body];
  const answer = () => {
    response.writeHead(status, { 'content-type': type, ...(status === 302 && { location: '/elsewhere' }) });
    response.end(text());
  };
  if (switches.slowMs > 0 && slowLeft > 0) {
    slowLeft -= 1;
    setTimeout(answer, switches.slowMs);
  } else answer();
}).listen(Number(port), '127.0.0.1');

function change(wanted: Partial<Switches>): void {
  const { now, ...kept } = wanted;
  switches = { ...switches, ...kept };
  slowLeft = switches.slowTimes;
  if (now === 'crash') process.exit(1);
  if (now === 'busy') setTimeout(() => spin(600_000), 50);
}

function leak(): void {
  const partMb = switches.leakMbPerSecond / 10;
  if (partMb > 0 && held.length * partMb < switches.leakUpToMb) held.push(Buffer.alloc(partMb * 1_048_576, 1));
}

/** Writes whenever it may, so that the age of the newest row tells a live app from one that only answers. */
setInterval(() => {
  if (db && switches.writes) db.prepare('INSERT INTO game_state (at) VALUES (?)').run(Date.now());
  leak();
  if (switches.logBytesPerSecond > 0) console.log('x'.repeat(switches.logBytesPerSecond / 10));
}, 100);

process.on('SIGTERM', () => {
  db?.close();
  process.exit(0);
});
writeFileSync(path.join(dir, 'up'), String(process.pid));
