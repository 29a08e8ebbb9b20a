import { linkSync, readdirSync, renameSync, statSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrno } from '@yoban/shared/errors';
import { cutLog } from './cut-log.ts';
import { rotatedName } from './rotated-names.ts';
import { fileIdOf, writersOf } from './writers-of.ts';

export interface RotatedLog {
  /** renamed: nobody had it open. reopened: its writer opened the name anew. cut: copied, and cut while its writers stood still. */
  how: 'renamed' | 'reopened' | 'cut';
  to: string;
  bytes: number;
  /** How long its writers stood still. */
  pausedMs: number;
}

/** For one that opens it for each line. */
const goneMs = 300;
/** A parent that has nothing to write opens the name anew when it has. */
const reopenMs = 1_000;
const pollMs = 20;
/** One that opens it for each line has it open at one look or another by chance, and not at each of some. */
const heldLooks = 4;

/**
 * Takes the lines out of a log's way without losing one while it is written (C2). `reopen` makes its writer open the name anew; null
 * where nobody can. @throws as `cutLog`, and what `reopen` throws; the log then has its name again.
 */
export async function rotateLog(log: string, now: number, reopen: (() => Promise<void>) | null): Promise<RotatedLog> {
  const folder = path.dirname(log);
  const to = path.join(folder, rotatedName(path.basename(log), now, readdirSync(folder)));
  const holders = reopen === null ? await holdersOf(log) : [];
  if (holders.length > 0) return { how: 'cut', ...(await cutLog(log, to, holders)) };
  renameSync(log, to);
  const id = fileIdOf(to);
  try {
    await reopen?.();
  } catch (thrown) {
    nameBack(to, log);
    throw thrown;
  }
  const left = await untilLetGo(id, reopen === null ? goneMs : reopenMs);
  // Whoever opened it between our look and the new name writes on under that name, where nobody would look for it.
  if (left && reopen === null && nameBack(to, log)) return { how: 'cut', ...(await cutLog(log, to)) };
  return { how: reopen === null ? 'renamed' : 'reopened', to, bytes: statSync(to).size, pausedMs: 0 };
}

/** Pids; none where it was closed at any look. */
async function holdersOf(log: string): Promise<number[]> {
  const [id, seen] = [fileIdOf(log), new Set<number>()];
  for (let looks = 0; looks < heldLooks; looks += 1) {
    if (looks > 0) await sleep(pollMs);
    const { writers } = writersOf(id);
    if (writers.length === 0) return [];
    for (const { pid } of writers) seen.add(pid);
  }
  return [...seen];
}

async function untilLetGo(id: string, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    if (writersOf(id).writers.length === 0) return false;
    if (performance.now() > deadline) return true;
    await sleep(pollMs);
  }
}

/** False where somebody has made a new log meanwhile: both are then kept as they are. */
function nameBack(to: string, log: string): boolean {
  try {
    linkSync(to, log);
    unlinkSync(to);
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
}
