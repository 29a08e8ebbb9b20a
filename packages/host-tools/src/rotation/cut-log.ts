import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { OpsError } from '@yoban/shared/errors';
import { whileFrozen } from './freeze.ts';
import { fileIdOf, writersOf } from './writers-of.ts';

const chunkBytes = 1_048_576;
/** So little is left for the time in which its writers stand still. */
const restBytes = 64 * 1024;
const roundsMax = 4;
const triesMax = 3;

/**
 * Copies a log to `target` and cuts it to nothing, for writers that have it open and will not open it anew. The bulk is copied while
 * they write; for the rest, the cut and the name of the copy they are stopped for a moment, so that none of their lines falls between
 * copy and cut. Killed at any point we leave lines twice at worst.
 * @returns bytes copied and how long the writers stood still
 * @throws OpsError SUPERVISOR_FAILED where one writes at a place of its own (a cut would leave a hole) or cannot be stopped; the
 * system error of a full disk. The log is whole then.
 */
export async function cutLog(log: string, target: string): Promise<{ bytes: number; pausedMs: number }> {
  const part = `${target}.part`;
  const source = openSync(log, 'r+');
  const copy = openSync(part, 'wx', fstatSync(source).mode & 0o777);
  try {
    const bulk = await copyBulk(source, copy);
    for (let tries = 1; ; tries += 1) {
      const pids = appendersOf(log);
      const { value: bytes, pausedMs } = await whileFrozen(pids, () => {
        // One that opened it since would write on while we cut.
        if (tries < triesMax && appendersOf(log).some((pid) => !pids.includes(pid))) return null;
        const end = copyRest(source, copy, bulk);
        fdatasyncSync(copy);
        renameSync(part, target);
        ftruncateSync(source, 0);
        return end;
      });
      if (bytes !== null) return { bytes, pausedMs };
    }
  } finally {
    closeSync(source);
    closeSync(copy);
    rmSync(part, { force: true });
  }
}

/** @throws OpsError SUPERVISOR_FAILED */
function appendersOf(log: string): number[] {
  // We have it open ourselves by now, and write nothing.
  const writers = writersOf(fileIdOf(log)).writers.filter(({ pid }) => pid !== process.pid);
  const other = writers.find(({ appends }) => !appends);
  if (!other) return writers.map(({ pid }) => pid);
  throw new OpsError('SUPERVISOR_FAILED', `pid ${other.pid} (${other.command}) does not append to it`, {
    hint: 'Let it open its log to append (O_APPEND, >> in a shell), or to open it anew on a signal.',
  });
}

/** Each round is about as long as the writers had for it; one that writes as fast as we copy is never caught up with. */
async function copyBulk(source: number, copy: number): Promise<number> {
  let at = 0;
  for (let round = 0; round < roundsMax; round += 1) {
    const end = fstatSync(source).size;
    if (end - at <= restBytes) break;
    while (at < end) {
      at += copyOnce(source, copy, at, Math.min(end - at, chunkBytes));
      await nextTurn();
    }
    fdatasyncSync(copy);
  }
  return at;
}

function copyRest(source: number, copy: number, from: number): number {
  let at = from;
  for (let left = fstatSync(source).size - at; left > 0; left = fstatSync(source).size - at) {
    at += copyOnce(source, copy, at, Math.min(left, chunkBytes));
  }
  return at;
}

function copyOnce(source: number, copy: number, at: number, length: number): number {
  const buffer = Buffer.allocUnsafe(length);
  const read = readSync(source, buffer, 0, length, at);
  for (let done = 0; done < read; ) done += writeSync(copy, buffer, done, read - done, at + done);
  return read;
}
