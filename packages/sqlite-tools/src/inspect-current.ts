import { constants, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import { checkLiveIntegrity, type LiveIntegrity } from './check-live-integrity.ts';
import { dbFileSuffixes } from './db-file-set.ts';
import { findFileHolders } from './file-holders.ts';

/**
 * Is the database that a restore will replace sound? It only decides the name of the set that is put aside, so it must not
 * change a byte of it: while an application has the file open it is read beside it; a file that nobody has open is judged by a
 * copy, because opening it would replay its log or roll its journal back. Whatever makes it unreadable (a failing disk) is a reason
 * to restore, so it gives `unknown` and never an error.
 */
export async function inspectCurrent(target: string): Promise<LiveIntegrity> {
  let folder: string | null = null;
  try {
    if ((await findFileHolders(target)).holders.length > 0) return await checkLiveIntegrity(target);
    folder = await mkdtemp(path.join(path.dirname(target), '.yoban-check-'));
    const copy = path.join(folder, 'db');
    const before = await stampOf(target);
    await copyFile(target, copy, constants.COPYFILE_FICLONE);
    for (const suffix of ['-wal', '-journal']) await copyIfThere(`${target}${suffix}`, `${copy}${suffix}`);
    const found = await checkLiveIntegrity(copy);
    // An application of another container, which nobody sees from here, writes to it: then the copy may be torn, not the file.
    const isTorn = found.state !== 'ok' && (await stampOf(target)) !== before;
    return isTorn ? await checkLiveIntegrity(target) : found;
  } catch (error) {
    return { state: 'unknown', code: 'UNEXPECTED', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}

async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
  }
}

/** Changes with every write to the set. */
async function stampOf(target: string): Promise<string> {
  const stamps: string[] = [];
  for (const suffix of dbFileSuffixes.filter((one) => one !== '-shm')) {
    const info = await stat(`${target}${suffix}`, { bigint: true }).catch((error: unknown) => {
      if (hasErrno(error, 'ENOENT')) return null;
      throw error;
    });
    stamps.push(info ? `${info.ino}:${info.size}:${info.mtimeNs}` : 'none');
  }
  return stamps.join(' ');
}
