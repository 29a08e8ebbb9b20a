// Rotates a log that fills its small disk while a process holds it open, and says as JSON what became of it.
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hasErrno } from '@yoban/shared/errors';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { rotateLog } from '../../src/rotation/rotate-log.ts';
import { startWriter } from './numbered-writer.ts';

const [dir = ''] = process.argv.slice(2);
const log = path.join(dir, 'app.log');
const leftBytes = 256 * 1024;

function fillDisk(): void {
  const text = 'a line that repeats itself over and over again\n'.repeat(1_000);
  const descriptor = openSync(log, 'a');
  try {
    for (;;) writeSync(descriptor, text);
  } catch (error) {
    if (!hasErrno(error, 'ENOSPC')) throw error;
  }
  // Too little for a copy of the log as it is.
  ftruncateSync(descriptor, statSync(log).size - leftBytes);
  closeSync(descriptor);
}

const writer = startWriter('a', log, 'held');
try {
  await waitFor('the log to be made', () => statSync(log, { throwIfNoEntry: false }));
  process.kill(writer.pid, 'SIGSTOP');
  fillDisk();
  const full = statSync(log).size;
  const { how, to, bytes } = await rotateLog(log, Date.now(), null);
  const kept = gunzipSync(readFileSync(to)).length;
  const names = readdirSync(dir)
    .map((name) => name.replace(/\d{8}_\d{6}/, 'stamp'))
    .sort();
  console.log(JSON.stringify({ how, whole: bytes === full && kept === full, left: statSync(log).size, names }));
} finally {
  process.kill(writer.pid, 'SIGKILL');
}
process.exit(0);
