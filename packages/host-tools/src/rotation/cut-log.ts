import { closeSync, ftruncateSync, openSync, renameSync, rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { whileFrozen } from './freeze.ts';
import { type LogCopy, openLogCopy } from './log-copy.ts';
import { fileIdOf, writersOf } from './writers-of.ts';

/** So little is left for the time in which its writers stand still. */
const restBytes = 64 * 1024;
const roundsMax = 4;
const triesMax = 3;

export interface CutLog {
  /** Where the lines are now; packed where the disk had no room for them as they are. */
  to: string;
  bytes: number;
  /** How long the writers stood still. */
  pausedMs: number;
}

/**
 * Copies a log to `target` and cuts it to nothing, for writers that have it open and will not open it anew. The bulk is copied while
 * they write; for the rest, the cut and the name of the copy they are stopped for a moment, so that none of their lines falls between
 * copy and cut; so are `holders`, who had it open a moment ago. Killed at any point we leave lines twice at worst. What remains: where
 * the guard lets them go on (a disk that needs seconds), a line written between the last look at the size and the cut is lost.
 * @throws OpsError SUPERVISOR_FAILED where one writes at a place of its own (a cut would leave a hole) or cannot be stopped, or is
 * written to again before each cut; the system error of a disk that has no room for a packed copy either. The log is whole then.
 */
export async function cutLog(log: string, target: string, holders: readonly number[] = []): Promise<CutLog> {
  try {
    return await cut({ log, to: target, holders, packed: false });
  } catch (error) {
    if (!hasErrno(error, 'ENOSPC', 'EDQUOT')) throw error;
    return cut({ log, to: `${target}.gz`, holders, packed: true });
  }
}

interface Cut {
  log: string;
  to: string;
  holders: readonly number[];
  packed: boolean;
}

async function cut({ log, to, holders, packed }: Cut): Promise<CutLog> {
  const part = `${to}.part`;
  const source = openSync(log, 'r+');
  let copy: LogCopy | null = null;
  try {
    copy = openLogCopy(source, part, packed);
    await takeBulk(copy);
    return { to, ...(await cutFrozen(log, { source, copy, part, to, holders })) };
  } finally {
    closeSync(source);
    copy?.close();
    rmSync(part, { force: true });
  }
}

async function cutFrozen(
  log: string,
  { source, copy, part, to, holders }: { source: number; copy: LogCopy; part: string } & Pick<Cut, 'to' | 'holders'>,
): Promise<Omit<CutLog, 'to'>> {
  // Also who has it closed by now: one that opens it for each line would write into the moment of the cut.
  const seen = new Set(holders);
  for (let tries = 1; tries <= triesMax; tries += 1) {
    for (const pid of appendersOf(log)) seen.add(pid);
    const pids = [...seen];
    const { value: bytes, pausedMs } = await whileFrozen(pids, () => {
      // One that opened it since would write on while we cut.
      if (tries < triesMax && appendersOf(log).some((pid) => !pids.includes(pid))) return null;
      while (copy.left() > 0) copy.advance();
      const taken = copy.sync();
      // They write again: the disk took longer than the guard gave it. What is left for the next time is little.
      if (copy.left() > 0) return null;
      renameSync(part, to);
      ftruncateSync(source, 0);
      return taken;
    });
    if (bytes !== null) return { bytes, pausedMs };
  }
  throw new OpsError('SUPERVISOR_FAILED', `it was written to again before each of ${triesMax} cuts`, {
    hint: 'Its disk may be too slow for the time in which its writers stand still. The log is whole; rotate it again later.',
  });
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
async function takeBulk(copy: LogCopy): Promise<void> {
  for (let round = 0; round < roundsMax && copy.left() > restBytes; round += 1) {
    for (let left = copy.left(); left > 0; left -= 1_048_576) {
      copy.advance();
      await nextTurn();
    }
    copy.sync();
  }
}
