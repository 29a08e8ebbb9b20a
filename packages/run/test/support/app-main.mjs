// A small app to be guarded. Arguments are what it does besides answering HTTP at the port in APP_PORT (none: no server).
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const wants = new Set(process.argv.slice(2));
const note = (text) => process.env.NOTES && appendFileSync(process.env.NOTES, `${text}\n`);

if (wants.has('ignore-term')) process.on('SIGTERM', () => note('SIGTERM'));
if (wants.has('note-signals')) {
  for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']) process.on(signal, () => note(signal));
}
if (wants.has('eat-memory')) globalThis.eaten = Buffer.alloc(200 * 2 ** 20, 1);
// Children that hold the port, in our group or in a session of their own.
const keeper = 'trap "" TERM HUP; while :; do sleep 1; done';
for (const [want, detached] of [
  ['child', false],
  ['daemon', true],
]) {
  if (!wants.has(want)) continue;
  const child = spawn('sh', ['-c', keeper, 'leftover'], { detached, stdio: ['ignore', 'ignore', 'inherit'] });
  note(`child ${child.pid}`);
}
if (process.env.APP_PORT) {
  createServer((_, answer) => answer.end(String(process.pid))).listen(Number(process.env.APP_PORT), '127.0.0.1');
}
note(`ready ${process.pid}`);
setInterval(() => {}, 1_000);
