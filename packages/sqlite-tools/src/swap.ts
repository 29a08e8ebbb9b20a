import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { fsyncDir, renameDurable, writeFileAtomic } from './atomic-file.ts';
import { dbFileSuffixes } from './db-file-set.ts';
import { asideName, surplusSets } from './set-aside-name.ts';

/** What a restore is about to move. Written before the first move, so that a killed restore can be finished or undone. */
export const SwapRecord = z.object({
  target: z.string(),
  /** The new database, complete and synced, before it gets the target's name. */
  restoring: z.string(),
  /** `dev:ino` of it: tells whether it has got the name. */
  restoringId: z.string(),
  /** Base of the names that the old set gets. */
  aside: z.string(),
});
export type SwapRecord = z.infer<typeof SwapRecord>;

/** Not `<db>-journal`: that name is SQLite's own, and it would roll it back. */
export const swapRecordPath = (target: string): string =>
  path.join(path.dirname(target), `.${path.basename(target)}.restore.json`);

/** `dev:ino`, or null when there is no such file. */
export async function fileId(file: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(file, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

export async function writeSwapRecord(record: SwapRecord): Promise<void> {
  await writeFileAtomic(swapRecordPath(record.target), JSON.stringify(record));
}

export async function removeSwapRecord(target: string): Promise<void> {
  await rm(swapRecordPath(target), { force: true });
  await fsyncDir(path.dirname(target));
}

async function readSwapRecord(target: string): Promise<SwapRecord | null> {
  try {
    return SwapRecord.parse(JSON.parse(await readFile(swapRecordPath(target), 'utf8')));
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw new OpsError('RESTORE_FAILED', `${swapRecordPath(target)} cannot be read`, {
      cause: error,
      hint: `Look at the sets beside ${target}, put the right one in place by hand and remove that file.`,
    });
  }
}

/**
 * Moves database, journal, log and index aside as one set. The database goes first: whoever opens the path in between finds no
 * database and throws a stray log away, where a database without its log would open and be wrong.
 */
export async function setAside({ target, aside }: SwapRecord): Promise<void> {
  for (const suffix of dbFileSuffixes) await moveIfThere(`${target}${suffix}`, `${aside}${suffix}`);
  await fsyncDir(path.dirname(target));
}

/** Gives the new database the target's name, atomically. */
export const placeRestored = ({ restoring, target }: SwapRecord): Promise<void> => renameDurable(restoring, target);

/** Puts the old set back, whatever had been moved; what lay in its place is the restored copy (removed) or a stranger's (kept aside). */
export async function putBack(record: SwapRecord, at: { nowMs: number; zone: string }): Promise<void> {
  const { target, aside, restoringId } = record;
  const inPlace = await fileId(target);
  const oldIsAside = (await fileId(aside)) !== null;
  if (inPlace === restoringId) {
    for (const suffix of dbFileSuffixes) await rm(`${target}${suffix}`, { force: true });
  } else if (inPlace !== null && oldIsAside) {
    const names = await readdir(path.dirname(target));
    const strangers = path.join(path.dirname(target), asideName(path.basename(target), 'pre_restore', at, names));
    await setAside({ ...record, aside: strangers });
  }
  for (const suffix of dbFileSuffixes.toReversed()) await moveIfThere(`${aside}${suffix}`, `${target}${suffix}`);
  await rm(record.restoring, { force: true });
  await fsyncDir(path.dirname(target));
}

async function moveIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
  }
}

/**
 * Removes the sets over the newest three, but never `kept`, the one that was just restored. Only exact names of our own pattern,
 * each with the files beside it.
 */
export async function pruneSets(target: string, at: { nowMs: number; zone: string }, kept: string): Promise<string[]> {
  const folder = path.dirname(target);
  const names = surplusSets(path.basename(target), at, await readdir(folder));
  const keptId = await fileId(kept);
  const surplus: string[] = [];
  for (const name of names) if ((await fileId(path.join(folder, name))) !== keptId) surplus.push(name);
  for (const name of surplus) {
    for (const suffix of dbFileSuffixes) await rm(path.join(folder, `${name}${suffix}`), { force: true });
  }
  return surplus;
}

/**
 * Ends what a killed restore left: `finished` when the restored database has its name (its service may still be stopped),
 * `undone` when the old set was put back. Call it under the database's lock, before anything else is moved.
 */
export async function recoverSwap(
  target: string,
  at: { nowMs: number; zone: string },
): Promise<'nothing' | 'finished' | 'undone'> {
  const record = await readSwapRecord(target);
  if (!record) return 'nothing';
  const isPlaced = (await fileId(target)) === record.restoringId;
  if (!isPlaced) await putBack(record, at);
  await removeSwapRecord(target);
  return isPlaced ? 'finished' : 'undone';
}
